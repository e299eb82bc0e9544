import { expect, it } from "vitest";
import { pollBy } from "../../../src/flows/wakeups/poll-by.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight } from "../../simulated/night.ts";

async function openNight(): Promise<Night> {
  return await createNight({ exports: [buildExport({ schedule: null })] });
}

const at = (night: Night, ms: number) => new Date(night.clock.now().getTime() + ms);
const planned = (night: Night) => night.tables.connections.get("acme")!.nextPollAt;

it("a poll is planned, with a wake-up that is due at its time", async () => {
  const night = await openNight();
  await pollBy(night.ports, "acme", at(night, 2000));
  expect(planned(night)).toEqual(at(night, 2000));
  expect(night.wakeUps.pending()).toEqual([{ role: "poll", id: "acme" }]);
  expect(night.wakeUps.nextDueAt()).toEqual(at(night, 2000));
});

it("a planned poll is moved forward, and never delayed", async () => {
  const night = await openNight();
  await pollBy(night.ports, "acme", at(night, 5000));
  await pollBy(night.ports, "acme", at(night, 2000));
  expect(planned(night)).toEqual(at(night, 2000));
  night.wakeUps.flush();
  await pollBy(night.ports, "acme", at(night, 9000));
  expect(planned(night)).toEqual(at(night, 2000));
  expect(night.wakeUps.pending()).toEqual([]);
});

it("a poll that is overdue is due at once", async () => {
  const night = await openNight();
  await pollBy(night.ports, "acme", at(night, -5000));
  expect(night.wakeUps.nextDueAt()).toEqual(night.clock.now());
});
