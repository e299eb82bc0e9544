/**
 * Everything that can go wrong and that the program decides on, each with its own facts. Adapters translate the errors of their libraries
 * into these once, at their edge; `describe-failure.ts` puts them into words. `target` names what could not be used as an operator knows
 * it: a URL without secrets, a bucket, a directory.
 */
export type Failure =
  | SmartSyncFailure
  | ResultFailure
  | StorageFailure
  | { readonly reason: "nothing-selected"; readonly exportName: string; readonly detail: string }
  | { readonly reason: "destination-unknown"; readonly destination: string }
  | { readonly reason: "connection-unknown"; readonly connection: string }
  | ({
      readonly reason: "superseded";
      readonly target: string;
      /** The run whose partition stays. */
      readonly runId: string;
      /** The quarantine copy of the result; `null`: the published partition has all of it, completed later. */
      readonly copy: string | null;
    } & KeepReason)
  | { readonly reason: "abandoned" }
  | { readonly reason: "interrupted" };

/**
 * Why a published partition stays: its data are `newer`; it is `more-complete`; it is `wider`, because it also `has` these cells; or it has
 * `overwritten` what this run had published, so that the run cannot be completed.
 */
export type KeepReason =
  { readonly because: "newer" | "more-complete" | "overwritten" } | { readonly because: "wider"; readonly has: string };

/** How a call to WFM can fail. */
export type SmartSyncFailure =
  | { readonly reason: "unreachable"; readonly target: string; readonly detail: string }
  | { readonly reason: "timed-out"; readonly target: string; readonly detail: string }
  | { readonly reason: "tls-rejected"; readonly target: string; readonly detail: string }
  | { readonly reason: "login-rejected"; readonly target: string; readonly detail: string }
  | { readonly reason: "connection-stopped"; readonly connection: string }
  | { readonly reason: "session-refused"; readonly target: string }
  | { readonly reason: "rate-limited"; readonly target: string; readonly retryAfterMs: number | null }
  | { readonly reason: "server-error"; readonly target: string; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly reason: "request-rejected"; readonly details: readonly string[] }
  | { readonly reason: "entities-forbidden"; readonly details: readonly string[]; readonly ids: readonly number[] }
  | { readonly reason: "unexpected-answer"; readonly target: string; readonly detail: string }
  | { readonly reason: "submit-unanswered" }
  | { readonly reason: "job-unknown"; readonly jobId: string }
  | { readonly reason: "job-vanished"; readonly jobId: string; readonly times: number }
  | { readonly reason: "job-overdue"; readonly jobId: string; readonly hours: number }
  | { readonly reason: "job-failed"; readonly detail: string }
  | { readonly reason: "job-canceled" }
  | { readonly reason: "result-too-large"; readonly detail: string }
  | { readonly reason: "result-not-ready" };

/** How a result can differ from what the server announced. Each of these is a failure, never a warning. */
export type ResultFailure =
  | { readonly reason: "media-type-differs"; readonly expected: string; readonly received: string }
  | { readonly reason: "body-cut"; readonly received: number; readonly detail: string }
  | { readonly reason: "body-stalled"; readonly received: number; readonly idleMs: number }
  | { readonly reason: "gzip-damaged"; readonly detail: string }
  | { readonly reason: "document-cut"; readonly detail: string }
  | { readonly reason: "document-malformed"; readonly detail: string }
  | { readonly reason: "records-differ"; readonly counted: number; readonly announced: number }
  | {
      readonly reason: "bytes-differ";
      readonly what: "wire" | "compressed" | "uncompressed";
      readonly received: number;
      readonly announced: number;
    }
  | { readonly reason: "pages-differ"; readonly detail: string }
  | { readonly reason: "total-missing" }
  | { readonly reason: "claim-rejected"; readonly found: string };

/** How a call to an object store can fail. */
export type StorageFailure =
  | { readonly reason: "storage-unreachable"; readonly target: string; readonly detail: string }
  | { readonly reason: "bucket-missing"; readonly target: string }
  | { readonly reason: "storage-denied"; readonly target: string; readonly detail: string }
  | { readonly reason: "storage-full"; readonly target: string }
  | { readonly reason: "storage-error"; readonly target: string; readonly detail: string }
  | { readonly reason: "upload-vanished"; readonly target: string }
  | { readonly reason: "stored-object-differs"; readonly target: string; readonly detail: string };

export type FailureReason = Failure["reason"];

/** What resolves a failure: `retryable` (another attempt later), `needs-operator` (a person fixes the cause), `permanent` (nothing). */
export type FailureKind = "retryable" | "needs-operator" | "permanent";

const FAILURE_KINDS: Readonly<Record<FailureReason, FailureKind>> = {
  unreachable: "retryable",
  "timed-out": "retryable",
  "tls-rejected": "needs-operator",
  "login-rejected": "needs-operator",
  "connection-stopped": "needs-operator",
  "session-refused": "retryable",
  "rate-limited": "retryable",
  "server-error": "retryable",
  "request-rejected": "permanent",
  "entities-forbidden": "permanent",
  "unexpected-answer": "retryable",
  "submit-unanswered": "retryable",
  "job-unknown": "retryable",
  "job-vanished": "permanent",
  "job-overdue": "needs-operator",
  "job-failed": "permanent",
  "job-canceled": "permanent",
  "result-too-large": "permanent",
  "result-not-ready": "retryable",
  "media-type-differs": "retryable",
  "body-cut": "retryable",
  "body-stalled": "retryable",
  "gzip-damaged": "retryable",
  "document-cut": "retryable",
  "document-malformed": "retryable",
  "records-differ": "retryable",
  "bytes-differ": "retryable",
  "pages-differ": "retryable",
  "total-missing": "retryable",
  "claim-rejected": "retryable",
  "storage-unreachable": "retryable",
  "bucket-missing": "needs-operator",
  "storage-denied": "needs-operator",
  "storage-full": "needs-operator",
  "storage-error": "retryable",
  "upload-vanished": "retryable",
  "stored-object-differs": "retryable",
  "nothing-selected": "needs-operator",
  "destination-unknown": "needs-operator",
  "connection-unknown": "needs-operator",
  superseded: "permanent",
  abandoned: "permanent",
  interrupted: "retryable",
};

export function failureKind(failure: Failure): FailureKind {
  return FAILURE_KINDS[failure.reason];
}

const RESULT_REASONS = {
  "media-type-differs": true,
  "body-cut": true,
  "body-stalled": true,
  "gzip-damaged": true,
  "document-cut": true,
  "document-malformed": true,
  "records-differ": true,
  "bytes-differ": true,
  "pages-differ": true,
  "total-missing": true,
  "claim-rejected": true,
} as const satisfies Readonly<Record<ResultFailure["reason"], true>>;

/** Whether what arrived is not the result that was announced. */
export function isResultFailure(failure: Failure): failure is ResultFailure {
  return Object.hasOwn(RESULT_REASONS, failure.reason);
}
