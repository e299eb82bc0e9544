import { describe, expect, it } from "vitest";
import type { Job } from "../../../src/core/jobs/job.ts";
import { chunksOf, isSameInterval, isSamePartition } from "../../../src/core/jobs/same-partition.ts";
import { buildJob } from "../../factories/build-job.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { jobsByState } from "../../factories/job-samples.ts";

const DAY = buildInterval("2026-11-22");
const WEEK = buildInterval("2026-11-16", "2026-11-22");

describe("two partitions", () => {
  it.each([
    ["the same export and dates", { exportName: "a", partition: { ...DAY } }, true],
    ["another export", { exportName: "b", partition: DAY }, false],
    ["another first date", { exportName: "a", partition: WEEK }, false],
    ["another last date", { exportName: "a", partition: buildInterval("2026-11-22", "2026-11-23") }, false],
  ])("of %s are the same: %#", (_what, other, isSame) => {
    expect(isSamePartition({ exportName: "a", partition: DAY }, other)).toBe(isSame);
    expect(isSameInterval(DAY, other.partition)).toBe(isSame || other.exportName === "b");
  });
});

describe("the chunks of a partition", () => {
  it("are the run's jobs of that partition in order, without those that were split", () => {
    const chunk = (number: number, facts: Partial<Job> = {}): Job => ({ ...buildJob({ chunk: number, partition: DAY }), ...facts }) as Job;
    const [third, first] = [chunk(5), chunk(0)];
    const second = { ...jobsByState().failed, chunk: 2, partition: DAY } as Job;
    const split = { ...jobsByState().split, chunk: 0, partition: DAY } as Job;
    const others = [chunk(1, { partition: WEEK }), chunk(3, { exportName: "other" })];
    expect(chunksOf([third, split, ...others, first, second], first)).toEqual([first, second, third]);
  });
});
