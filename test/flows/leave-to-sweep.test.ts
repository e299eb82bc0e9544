import { expect, it } from "vitest";
import { createHandlers } from "../../src/flows/handlers.ts";
import { watchConnection } from "../../src/flows/watch-connection.ts";
import { buildExport } from "../factories/build-export.ts";
import { createNight, type Night } from "./night.ts";

const SIX = Array.from({ length: 6 }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));

/** A night whose jobs have all been finished by WFM, and nobody has looked yet. */
async function untilFinishedThere(): Promise<Night> {
  const night = await createNight({ exports: SIX, connection: { maxConcurrentJobs: 6, orphans: "ignore" }, wfm: { runMs: 600_000 } });
  await night.until(async () => (await night.jobs()).filter((job) => job.state === "running").length === 6);
  await night.clock.advance(700_000);
  return night;
}

const refuse = () => Promise.reject(new Error("connection refused"));
const refusing = (night: Night) => ({ ...night.ports, queue: { send: refuse, sendAll: refuse } });

it("a look that cannot send its messages takes everything in, and plans the next one", async () => {
  const night = await untilFinishedThere();
  await createHandlers(refusing(night)).watch({ queue: "watch", connection: "acme", lookAt: 0 }, new AbortController().signal);
  expect((await night.jobs()).map((job) => job.state)).toEqual(SIX.map(() => "ready"));
  expect((await night.stores.connections.turn("acme")).nextLookAt).toBeNull();
  const unsent = night.events.filter(({ event }) => event === "message.unsent");
  expect(unsent).toHaveLength(6);
  expect(unsent[0]).toMatchObject({ queue: "archive", messages: 1, detail: "connection refused" });
  await night.untilFinished();
  expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(SIX.map(() => "archived"));
  expect(night.wfm.calls.submit).toBe(6);
});

it("whoever waits for an answer at a terminal is told", async () => {
  const night = await untilFinishedThere();
  await expect(watchConnection(refusing(night), "acme")).rejects.toThrow("connection refused");
});

it("a sweep that cannot send its messages is over all the same", async () => {
  const night = await untilFinishedThere();
  await createHandlers(refusing(night)).maintain({ queue: "maintain", beat: 0 }, new AbortController().signal);
  expect(night.events.at(-1)?.event).toBe("sweep.done");
});
