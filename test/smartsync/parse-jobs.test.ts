import { describe, expect, it } from "vitest";
import type { JobId } from "../../src/core/base/ids.ts";
import { parseInstant } from "../../src/smartsync/parse-instant.ts";
import { parseJobList } from "../../src/smartsync/parse-job-list.ts";
import { parseStatusWord } from "../../src/smartsync/parse-status-word.ts";
import { parseJobStatus, parseWfmJob } from "../../src/smartsync/parse-wfm-job.ts";

const ID = "9b2fe7bb8362429fb85a16c9373cf50c" as JobId;

describe("parseInstant", () => {
  it.each<[unknown, string | null]>([
    ["2026-11-22T01:20:00Z", "2026-11-22T01:20:00.000Z"],
    ["2026-11-22T01:20:00.123456Z", "2026-11-22T01:20:00.123Z"],
    ["2026-11-22T01:20:00", "2026-11-22T01:20:00.000Z"],
    ["2026-11-22 01:20", "2026-11-22T01:20:00.000Z"],
    ["2026-11-22T01:20:00.5+0100", "2026-11-22T00:20:00.500Z"],
    ["2026-11-22T01:20:00-06:00", "2026-11-22T07:20:00.000Z"],
    ["2026-11-22T01:20:00+05:30[Asia/Kolkata]", "2026-11-21T19:50:00.000Z"],
    ["2026-11-22T01:20:00+02", "2026-11-21T23:20:00.000Z"],
    [1_795_310_400_000, "2026-11-22T01:20:00.000Z"],
    ["1795310400000", "2026-11-22T01:20:00.000Z"],
    ["2026-02-31T01:20:00Z", null],
    ["2026-11-22T25:20:00Z", null],
    ["2026-11-22", null],
    ["yesterday", null],
    ["", null],
    [-1, null],
    [Number.NaN, null],
    [1e300, null],
    [{}, null],
    [null, null],
    [undefined, null],
  ])("parses %j as %j", (value, expected) => {
    expect(parseInstant(value)?.toISOString() ?? null).toBe(expected);
  });
});

describe("parseStatusWord", () => {
  it.each([
    ["COMPLETED_SUCCESFULLY", "completed"],
    ["COMPLETED_SUCCESSFULLY", "completed"],
    ["completed_succesfully", "completed"],
    ["Completed Successfully", "completed"],
    ["waiting", "waiting"],
    ["Running", "running"],
    ["FAILED", "failed"],
    ["CANCELED", "canceled"],
    ["cancelled", "canceled"],
    ["COMPLETED_WITH_ERRORS", "unknown"],
    ["constructor", "unknown"],
    ["", "unknown"],
  ])("parses %j as %s", (word, status) => {
    expect(parseStatusWord(word)).toBe(status);
  });
});

describe("parseWfmJob", () => {
  it.each<[unknown, number | null, number | null]>([
    [{ compressed: 10, uncompressed: 20 }, 10, 20],
    [{ uncompressedSize: "20", compressedSize: "10" }, 10, 20],
    [{ zipSizeBytes: 10, rawSizeBytes: 20 }, 10, 20],
    [{ original: 20, gzip: 10 }, 10, 20],
    [{ compressedBytes: -1, uncompressedBytes: 1.5 }, null, null],
    [{ compressed: "10 KB", uncompressed: null }, null, null],
    [{ size: 10 }, null, null],
    [10, null, null],
    [null, null, null],
  ])("parses the sizes %j", (resultsSizeBytes, compressedBytes, uncompressedBytes) => {
    const job = parseWfmJob({ jobId: ID, status: "RUNNING", resultsSizeBytes });
    expect(job?.announced).toEqual({ records: null, compressedBytes, uncompressedBytes });
  });

  it.each<[unknown, number | null]>([
    [0, 0],
    ["42", 42],
    [-1, null],
    [1.5, null],
    ["many", null],
    [Number.MAX_VALUE, null],
    [[], null],
  ])("parses the total %j as %j", (totalRecords, records) => {
    expect(parseWfmJob({ jobId: ID, status: "RUNNING", totalRecords })?.announced.records).toBe(records);
  });

  it("includes a job whose status is missing or not text", () => {
    expect(parseWfmJob({ jobId: ID })).toMatchObject({ status: "unknown", statusWord: "" });
    expect(parseWfmJob({ jobId: ID, status: 3 })).toMatchObject({ status: "unknown", statusWord: "" });
  });

  it.each([{ status: "RUNNING" }, { jobId: "", status: "RUNNING" }, { jobId: "../x" }, { jobId: 7 }, [], "x", 1, null])(
    "returns null for %j",
    (value) => {
      expect(parseWfmJob(value)).toBeNull();
    },
  );
});

describe("parseJobStatus", () => {
  it.each([
    { jobId: ID, status: "RUNNING" },
    { JobID: ID, Status: "running" },
    { status: "RUNNING" },
    { job: { jobId: ID, status: "RUNNING" } },
    [{ jobId: ID, status: "RUNNING" }],
  ])("finds the job in %j", (value) => {
    expect(parseJobStatus(ID, value)).toMatchObject({ jobId: ID, status: "running" });
  });

  it.each([{ jobId: "another", status: "RUNNING" }, { message: "No", status: 500 }, [], {}, { job: { jobId: "another" } }])(
    "does not find the job in %j",
    (value) => {
      expect(parseJobStatus(ID, value)).toBeNull();
    },
  );
});

describe("parseJobList", () => {
  const job = { jobId: ID, status: "RUNNING" };
  const other = { jobId: "other", status: "WAITING" };
  it.each<[unknown, number | null]>([
    [[job, other], 2],
    [{ jobs: [job] }, 1],
    [{ anything: [job, { broken: true }, null] }, 1],
    [{ data: { items: [job] } }, 1],
    [{ running: [job], waiting: [other] }, 2],
    [[job, job], 1],
    [[], 0],
    [{ jobs: [] }, 0],
    [{ total: 1, jobs: [job], links: ["x"] }, 1],
    [[1, 2], null],
    [{}, null],
    [{ message: "No", status: 400, details: [] }, null],
    [null, null],
    ["[]", null],
  ])("in %j finds %j jobs", (value, count) => {
    expect(parseJobList(value)?.length ?? null).toBe(count);
  });
});
