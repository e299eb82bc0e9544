import { expect, it } from "vitest";
import { planMissingPolls } from "../../../src/flows/reconcile/plan-missing-polls.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { createNight } from "../../simulated/night.ts";

const exports = [buildExport({ schedule: null })];

it("a connection that may have orphans is polled", async () => {
  const night = await createNight({ exports });
  await planMissingPolls(night.ports);
  expect(night.tables.connections.get("acme")!.nextPollAt).toEqual(night.clock.now());
});

it("a connection that ignores orphans is polled only if it has jobs in flight", async () => {
  const night = await createNight({ exports, connection: { orphans: "ignore" } });
  await planMissingPolls(night.ports);
  expect(night.tables.connections.get("acme")!.nextPollAt).toBeNull();
  await seedJob(night.repositories, "submitting");
  await planMissingPolls(night.ports);
  expect(night.tables.connections.get("acme")!.nextPollAt).toEqual(night.clock.now());
});

it("a poll that is planned already is not changed", async () => {
  const night = await createNight({ exports });
  const nextPollAt = new Date(night.clock.now().getTime() + 60_000);
  await night.repositories.connections.setPollState("acme", { nextPollAt, failedPolls: 3 });
  await planMissingPolls(night.ports);
  expect(night.tables.connections.get("acme")).toMatchObject({ nextPollAt, failedPolls: 3 });
});
