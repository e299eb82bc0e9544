import type { Failure, FailureReason } from "../../src/core/base/failure.ts";

const TARGET = "https://wfm.example.com";
const STORE = "s3://lake/wfm";
const JOB_ID = "9b2fe7bb8362429fb85a16c9373cf50c";

type Samples = { readonly [R in FailureReason]: Extract<Failure, { readonly reason: R }> };

/** One failure of every reason. A reason without a sample does not compile. */
export const FAILURES: Samples = {
  unreachable: { reason: "unreachable", target: TARGET, detail: "connection refused" },
  "timed-out": { reason: "timed-out", target: TARGET, detail: "no answer within 30 s" },
  "tls-rejected": { reason: "tls-rejected", target: TARGET, detail: "self-signed certificate" },
  "login-rejected": { reason: "login-rejected", target: TARGET, detail: "HTTP 401" },
  "connection-stopped": { reason: "connection-stopped", connection: "acme" },
  "session-refused": { reason: "session-refused", target: TARGET },
  "rate-limited": { reason: "rate-limited", target: TARGET, retryAfterMs: 90_000 },
  "server-error": { reason: "server-error", target: TARGET, status: 503, retryAfterMs: 90_000 },
  "request-rejected": { reason: "request-rejected", details: ["startDate is wrong", "endDate is wrong"] },
  "entities-forbidden": { reason: "entities-forbidden", details: ["muIds 101", "muIds 102"], ids: [101, 102] },
  "unexpected-answer": { reason: "unexpected-answer", target: TARGET, detail: "text/html" },
  "submit-unanswered": { reason: "submit-unanswered" },
  "job-unknown": { reason: "job-unknown", jobId: JOB_ID },
  "job-vanished": { reason: "job-vanished", jobId: JOB_ID, times: 3 },
  "job-overdue": { reason: "job-overdue", jobId: JOB_ID, hours: 6 },
  "job-failed": { reason: "job-failed", detail: "Internal server error" },
  "job-canceled": { reason: "job-canceled" },
  "result-too-large": { reason: "result-too-large", detail: "Result set is too large" },
  "result-not-ready": { reason: "result-not-ready" },
  "media-type-differs": { reason: "media-type-differs", expected: "application/json", received: "text/html" },
  "body-cut": { reason: "body-cut", received: 1234, detail: "connection reset" },
  "body-stalled": { reason: "body-stalled", received: 1234, idleMs: 60_000 },
  "gzip-damaged": { reason: "gzip-damaged", detail: "incorrect data check" },
  "document-cut": { reason: "document-cut", detail: "no closing bracket" },
  "document-malformed": { reason: "document-malformed", detail: "unexpected token at byte 7" },
  "records-differ": { reason: "records-differ", counted: 41, announced: 42 },
  "bytes-differ": { reason: "bytes-differ", what: "compressed", received: 41, announced: 42 },
  "pages-differ": { reason: "pages-differ", detail: "record 7 came twice" },
  "total-missing": { reason: "total-missing" },
  "claim-rejected": { reason: "claim-rejected", found: "muID 103" },
  "storage-unreachable": { reason: "storage-unreachable", target: STORE, detail: "connection refused" },
  "bucket-missing": { reason: "bucket-missing", target: STORE },
  "storage-denied": { reason: "storage-denied", target: STORE, detail: "AccessDenied" },
  "storage-full": { reason: "storage-full", target: STORE },
  "storage-error": { reason: "storage-error", target: STORE, detail: "InternalError" },
  "upload-vanished": { reason: "upload-vanished", target: STORE },
  "stored-object-differs": { reason: "stored-object-differs", target: STORE, detail: "its size is 7" },
  "nothing-selected": { reason: "nothing-selected", exportName: "schedules", detail: "no entity matches" },
  "destination-unknown": { reason: "destination-unknown", destination: "lake" },
  "connection-unknown": { reason: "connection-unknown", connection: "acme" },
  superseded: { reason: "superseded", target: STORE, runId: "run-2", because: "newer", copy: null },
  abandoned: { reason: "abandoned" },
  interrupted: { reason: "interrupted" },
};

export const REASONS = Object.keys(FAILURES) as readonly FailureReason[];
