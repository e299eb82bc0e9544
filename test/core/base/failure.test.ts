import { describe, expect, it } from "vitest";
import { type FailureKind, type FailureReason, failureKind, isResultFailure } from "../../../src/core/base/failure.ts";
import { FAILURES, REASONS } from "../../factories/failure-samples.ts";

/** What is not listed is retryable. */
const KINDS: Readonly<Record<Exclude<FailureKind, "retryable">, readonly FailureReason[]>> = {
  "needs-operator": [
    "tls-rejected",
    "login-rejected",
    "connection-stopped",
    "job-overdue",
    "bucket-missing",
    "storage-denied",
    "storage-full",
    "nothing-selected",
    "destination-unknown",
    "connection-unknown",
  ],
  permanent: [
    "request-rejected",
    "entities-forbidden",
    "job-vanished",
    "job-failed",
    "job-canceled",
    "result-too-large",
    "superseded",
    "abandoned",
  ],
};

const RESULT_REASONS: readonly FailureReason[] = [
  "media-type-differs",
  "body-cut",
  "body-stalled",
  "gzip-damaged",
  "document-cut",
  "document-malformed",
  "records-differ",
  "bytes-differ",
  "pages-differ",
  "total-missing",
  "claim-rejected",
];

describe("a failure", () => {
  it.each(REASONS)("has the kind that resolves it when the reason is %s", (reason) => {
    const listed = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((kind) => KINDS[kind].includes(reason));
    expect(failureKind(FAILURES[reason])).toBe(listed ?? "retryable");
  });

  it("is a failure of the result exactly when the bytes that arrived are the evidence", () => {
    expect(REASONS.filter((reason) => isResultFailure(FAILURES[reason]))).toEqual(RESULT_REASONS);
  });

  it("of the result is never permanent, because WFM can send the result again", () => {
    expect(RESULT_REASONS.map((reason) => failureKind(FAILURES[reason]))).toEqual(RESULT_REASONS.map(() => "retryable"));
  });
});
