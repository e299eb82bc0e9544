import { expect, it } from "vitest";
import { backfillExport } from "../../../src/flows/schedule/backfill-export.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { createNight } from "../../simulated/night.ts";

const RANGE = buildInterval("2026-11-01", "2026-11-06");

async function openNight() {
  return await createNight({ exports: [buildExport({ schedule: null })] });
}

it("a backfill creates one run for every business date that is neither archived nor pending", async () => {
  const night = await openNight();
  await seedJob(night.repositories, "archived", { interval: buildInterval("2026-11-02") });
  await seedJob(night.repositories, "failed", { interval: buildInterval("2026-11-03") });
  await createRun(night.ports, { exportName: "schedules", interval: buildInterval("2026-11-05"), trigger: "manual" });
  const { runs, archived, pending } = await backfillExport(night.ports, "schedules", RANGE);
  expect(runs.map(({ interval, trigger }) => [interval.from, interval.to, trigger])).toEqual(
    ["2026-11-01", "2026-11-03", "2026-11-04", "2026-11-06"].map((date) => [date, date, "backfill"]),
  );
  expect([archived, pending]).toEqual([["2026-11-02"], ["2026-11-05"]]);
});

it("a repeated backfill continues: it creates nothing for dates that are pending already", async () => {
  const night = await openNight();
  await backfillExport(night.ports, "schedules", RANGE);
  const again = await backfillExport(night.ports, "schedules", RANGE);
  expect([again.runs, again.pending.length]).toEqual([[], 6]);
  expect(night.tables.runs.size).toBe(6);
});

it("a backfill of one export does not regard the runs of another one", async () => {
  const night = await createNight({ exports: [buildExport({ schedule: null }), buildExport({ name: "agents", schedule: null })] });
  await backfillExport(night.ports, "agents", RANGE);
  expect((await backfillExport(night.ports, "schedules", RANGE)).runs).toHaveLength(6);
});
