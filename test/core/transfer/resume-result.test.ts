import { describe, expect, it } from "vitest";
import type { Failure } from "../../../src/core/base/failure.ts";
import { mayContinue, mayUsePages } from "../../../src/core/transfer/resume-result.ts";

const CUT: Failure = { reason: "body-cut", received: 1, detail: "connection reset" };
const busy = (retryAfterMs: number | null): Failure => ({ reason: "rate-limited", target: "https://wfm.example", retryAfterMs });

describe("a broken transfer", () => {
  it("continues after four attempts in vain, and then no more", () => {
    expect([0, 1, 2, 3, 4, 5].map((vainTries) => mayContinue(CUT, vainTries))).toEqual([true, true, true, true, false, false]);
  });

  it.each<[Failure, boolean]>([
    [CUT, true],
    [{ reason: "body-stalled", received: 1, idleMs: 1 }, true],
    [{ reason: "gzip-damaged", detail: "unexpected end of file" }, true],
    [{ reason: "document-cut", detail: "" }, true],
    [{ reason: "unreachable", target: "", detail: "" }, true],
    [{ reason: "timed-out", target: "", detail: "" }, true],
    [{ reason: "session-refused", target: "" }, true],
    [busy(null), true],
    [busy(30_000), true],
    [busy(30_001), false],
    [{ reason: "job-unknown", jobId: "" }, false],
    [{ reason: "result-not-ready" }, false],
    [{ reason: "login-rejected", target: "", detail: "" }, false],
    [{ reason: "records-differ", counted: 1, announced: 2 }, false],
    [{ reason: "interrupted" }, false],
  ])("that ended as %j continues: %s", (failure, isSo) => {
    expect(mayContinue(failure, 0)).toBe(isSo);
  });
});

it.each<[Failure | null, boolean]>([
  [null, true],
  [CUT, true],
  [{ reason: "job-unknown", jobId: "" }, true],
  [{ reason: "pages-differ", detail: "" }, false],
  [{ reason: "bytes-differ", what: "uncompressed", received: 1, announced: 2 }, false],
  [{ reason: "records-differ", counted: 1, announced: 2 }, false],
  [{ reason: "document-malformed", detail: "" }, false],
  [{ reason: "media-type-differs", expected: "", received: "" }, false],
])("A transfer after %j may consist of pages: %s", (lastFailure, isSo) => {
  expect(mayUsePages(lastFailure)).toBe(isSo);
});
