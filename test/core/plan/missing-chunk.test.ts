import { describe, expect, it } from "vitest";
import type { BusinessDate } from "../../../src/core/base/business-date.ts";
import { coversDate, describeEntities, missingChunk, missingChunks } from "../../../src/core/plan/missing-chunk.ts";
import { buildJob } from "../../factories/build-job.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { FAILURES } from "../../factories/failure-samples.ts";
import { jobsByState } from "../../factories/job-samples.ts";

const interval = buildInterval("2026-11-20", "2026-11-22");
const request = { startDate: interval.from, endDate: interval.to, outputFormat: "JSON" } as const;

function missing(members: Readonly<Record<string, unknown>>) {
  return missingChunk(buildJob({ interval, request: { ...request, ...members } }), FAILURES["job-failed"]);
}

describe("a missing chunk", () => {
  it("names the dates and entities that were requested, and why they have no result", () => {
    expect(missing({ muIds: [102, 103] })).toEqual({
      interval: { from: "2026-11-20", to: "2026-11-22" },
      entities: { muIds: [102, 103] },
      reason: "job-failed",
      message: "WFM could not run the export: Internal server error",
    });
  });

  it.each([
    [{ muIds: [102, 103] }, "muIds 102, 103"],
    [{ buIds: [301], ctIds: [201, 202] }, "buIds 301 and ctIds 201, 202"],
    [{ timeOffGroupList: [{ timeOffGroup: 3, timeOffRules: [] }] }, "timeOffGroupList 3"],
    [{}, "everything that was requested"],
  ])("of %j is described as %s", (members, words) => {
    expect(describeEntities(missing(members))).toBe(words);
  });

  it.each([
    ["2026-11-19", false],
    ["2026-11-20", true],
    ["2026-11-21", true],
    ["2026-11-22", true],
    ["2026-11-23", false],
  ])("covers %s: %s", (date, isCovered) => {
    expect(coversDate(missing({}), date as BusinessDate)).toBe(isCovered);
  });
});

describe("the missing chunks of a run", () => {
  it("are those of its jobs that failed, were canceled or were lost", () => {
    const jobs = jobsByState();
    expect(missingChunks(Object.values(jobs))).toEqual(
      [jobs.failed, jobs.canceled, jobs.lost].map((job) => missingChunk(job, FAILURES["job-failed"])),
    );
  });
});
