import { gzipSync } from "node:zlib";
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
  string,
  tuple,
  uint8Array,
} from "fast-check";
import { describe, expect, it } from "vitest";
import { anyDocument, anyValue } from "../smartsync/any-document.ts";
import { JOB_ID } from "../smartsync/fixture.ts";
import { anyHeaders, CUT_OFF, expectNothingArchived, RUNS, TIMEOUT } from "./fuzz-outcome.ts";
import { answerJson, type Requested, RECORDS, attemptRun } from "./one-attempt.ts";

/** A job as a status answer may describe it. Each member is right, wrong or missing. */
const jobLike = record(
  {
    jobId: oneof({ weight: 5, arbitrary: constant<unknown>(JOB_ID) }, { weight: 1, arbitrary: anyValue }),
    status: oneof(
      { weight: 3, arbitrary: constantFrom<unknown>("COMPLETED_SUCCESFULLY", "COMPLETED_SUCCESSFULLY") },
      { weight: 3, arbitrary: constantFrom<unknown>("WAITING", "RUNNING", "FAILED", "CANCELED", "COMPLETED", "FINALIZING", "") },
      { weight: 1, arbitrary: anyValue },
    ),
    exporterType: anyValue,
    lastStatusChange: oneof(constantFrom<unknown>("2026-11-23T07:00:00Z", "2026-11-22T01:20:00", 1_795_417_200_000), anyValue),
    outputFormat: oneof(constantFrom<unknown>("JSON", "XML"), anyValue),
    errorDetails: oneof(constantFrom<unknown>("Internal server error", "Result set is too large"), anyValue),
    totalRecords: oneof(integer({ min: -1, max: 60 }), anyValue),
    resultsSizeBytes: oneof(record({ compressed: anyValue, uncompressed: integer() }), anyValue),
    additionalDetails: anyDocument,
  },
  { requiredKeys: [] },
);
const jobsLike = oneof(
  jobLike,
  array(jobLike, { maxLength: 3 }),
  record({ jobs: array(jobLike, { maxLength: 3 }), total: integer() }),
  record({ data: record({ items: array(jobLike, { maxLength: 2 }) }) }),
  anyDocument,
);

/** Documents without the right total, which would prove the result. */
function withoutTotal(documents: Arbitrary<unknown>): Arbitrary<unknown> {
  return documents.filter((document) => !JSON.stringify(document)?.includes(String(RECORDS)));
}

describe("ten thousand random answers crash nothing and archive nothing", TIMEOUT, () => {
  it("when they are documents about jobs, in the list and single ones", async () => {
    let completed = 0;
    await assert(
      asyncProperty(withoutTotal(jobsLike), withoutTotal(jobsLike), async (list, status) => {
        const outcome = await attemptRun({ list: answerJson(list), status: answerJson(status) }, 2);
        expectNothingArchived(outcome);
        if (outcome.states.includes("archiving")) completed += 1;
      }),
      RUNS,
    );
    expect(completed).toBeGreaterThan(300);
  });

  it("when they are error bodies, for any call and with any status", async () => {
    const errorLike = record(
      {
        message: oneof(
          string(),
          constantFrom("Insufficient permissions to view entities: 101", "Your job has failed", "canceled"),
          anyDocument,
        ),
        status: oneof(integer(), anyDocument),
        details: oneof(array(string(), { maxLength: 3 }), anyDocument),
      },
      { requiredKeys: [] },
    );
    const bodies = oneof(
      oneof(errorLike, anyDocument).map((document) => Buffer.from(JSON.stringify(document) ?? "")),
      string().map((text) => Buffer.from(text)),
      uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      errorLike.map((document) => gzipSync(JSON.stringify(document))),
      constant(Buffer.from("<!doctype html><title>Log in</title>")),
    );
    const statuses = constantFrom(200, 201, 202, 204, 206, 301, 302, 400, 401, 403, 404, 405, 409, 410, 415, 429, 500, 502, 503, 599);
    const calls = constantFrom<Requested>("login", "entities", "submit", "list", "status", "result");
    await assert(
      asyncProperty(calls, statuses, tuple(bodies, anyHeaders()), async (call, status, [body, headers]) => {
        expectNothingArchived(await attemptRun({ result: CUT_OFF, [call]: { status, headers, body } }));
      }),
      RUNS,
    );
  });
});
