import { expect, it } from "vitest";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { createNight, eventsNamed } from "../../simulated/night.ts";

const ORDER = { exportName: "schedules", interval: buildInterval("2026-11-20", "2026-11-21"), trigger: "manual" } as const;

it("a created run waits to be planned, and wakes the submit role", async () => {
  const night = await createNight({ exports: [buildExport({ schedule: null })] });
  const run = await createRun(night.ports, ORDER);
  expect(night.tables.runs.get(run.id)).toEqual(run);
  expect(run).toMatchObject({
    ...ORDER,
    generation: 0,
    selection: null,
    outcome: "pending",
    scheduledAt: null,
    createdAt: night.clock.now(),
  });
  expect(night.wakeUps.pending()).toEqual([{ role: "submit", id: run.id }]);
  expect(eventsNamed(night, "run.created")).toMatchObject([{ runId: run.id, from: "2026-11-20", to: "2026-11-21", trigger: "manual" }]);
});

it("runs of one interval have generations of their own, also if they are created at once", async () => {
  const night = await createNight({ exports: [buildExport({ schedule: null })] });
  const runs = await Promise.all([1, 2, 3, 4].map(() => createRun(night.ports, ORDER)));
  expect(new Set(runs.map(({ generation }) => generation))).toEqual(new Set([0, 1, 2, 3]));
  expect(night.tables.runs.size).toBe(4);
});

it("runs of another interval begin with generation 0", async () => {
  const night = await createNight({ exports: [buildExport({ schedule: null })] });
  await createRun(night.ports, ORDER);
  expect((await createRun(night.ports, { ...ORDER, interval: buildInterval("2026-11-20") })).generation).toBe(0);
});
