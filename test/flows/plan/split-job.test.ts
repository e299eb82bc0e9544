import { describe, expect, it } from "vitest";
import type { Entity } from "../../../src/core/exports/entity.ts";
import type { Job } from "../../../src/core/jobs/job.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { type Night, createNight } from "../../simulated/night.ts";
import { PARTITION as ONE_DATE, manifestOf, storedRows } from "../publish/partition-runs.ts";

const FORTY: readonly Entity[] = Array.from({ length: 40 }, (_, index) => ({ kind: "mu", id: 101 + index, name: `MU ${index}` }));
const OCTOBER = buildInterval("2026-10-01", "2026-10-31");
const PARTITION = "raw/schedules/business_date=2026-10-01--2026-10-31";
const ONE_PARTITION = { schedule: null, partition: "interval" } as const;

async function runOctober(night: Night): Promise<void> {
  await createRun(night.ports, { exportName: "schedules", interval: OCTOBER, trigger: "manual" });
  await night.untilFinished();
}

function levelOf(job: Job, jobs: readonly Job[]): number {
  const parent = jobs.find(({ id }) => id === job.splitFrom);
  return parent ? 1 + levelOf(parent, jobs) : 0;
}

describe("a result that is too large", () => {
  it("is requested in chunks of the same run, within three levels, and the next run requests chunks that fit at once", async () => {
    const night = await createNight({ exports: [buildExport(ONE_PARTITION)], wfm: { entities: FORTY, mostRows: 100 } });
    await runOctober(night);
    const [found] = await night.runs();
    const jobs = await night.jobs();
    expect(found?.run.outcome).toBe("archived");
    expect(Math.max(...jobs.map((job) => levelOf(job, jobs)))).toBeLessThanOrEqual(3);
    const rows = storedRows(night, PARTITION);
    expect(rows).toHaveLength(31 * 40);
    expect(new Set(rows.map(({ date, muID }) => `${date} ${muID}`)).size).toBe(31 * 40);
    const dates = rows.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
    expect([...night.lake.contents.keys()].filter((key) => key.includes("/part-"))).toHaveLength(
      manifestOf(night, PARTITION).artifacts.length,
    );
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);

    const submitted = night.wfm.jobs.length;
    await runOctober(night);
    const second = (await night.runs())[0]!;
    expect(second.run).toMatchObject({ outcome: "archived", generation: 1 });
    expect(second.jobs.filter(({ state }) => state === "split")).toEqual([]);
    expect(night.wfm.jobs.length - submitted).toBe(second.jobs.length);
    expect(storedRows(night, PARTITION)).toHaveLength(31 * 40);
  });

  it("is split by entities within a business date, and the partition is published once, complete", async () => {
    const night = await createNight({ exports: [buildExport()], wfm: { entities: FORTY, mostRows: 12 } });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(storedRows(night, ONE_DATE)).toHaveLength(40);
    const puts = night.lake.operations.filter(({ operation, key }) => operation === "put" && key?.endsWith("_manifest.json"));
    expect(puts).toHaveLength(1);
  });

  it("fails for one date of one entity that is still too large, and the rest is published without _SUCCESS", async () => {
    const night = await createNight({ wfm: { mostRows: 2 } });
    const tooLarge = (job: { readonly request: { readonly [member: string]: unknown } }) =>
      (job.request["muIds"] as number[]).includes(102);
    await night.until(async () => {
      for (const job of night.wfm.jobs.filter((one) => one.end === null && tooLarge(one))) {
        night.wfm.end(job.id, { status: "failed", errorDetails: "Result set is too large" });
      }
      return (await night.runs()).some(({ run }) => run.outcome !== "pending");
    });
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("partial");
    expect(found?.jobs.filter(({ state }) => state === "failed")).toMatchObject([{ failure: { reason: "result-too-large" } }]);
    expect(manifestOf(night).missing).toMatchObject([{ entities: { muIds: [102] }, reason: "result-too-large" }]);
    expect(storedRows(night).map(({ muID }) => muID)).toEqual([101, 103]);
    expect(night.lake.contents.has(`${ONE_DATE}/_SUCCESS`)).toBe(false);
  });
});
