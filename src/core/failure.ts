/**
 * Everything that can go wrong and that the program decides on, each with its own facts.
 * Adapters translate foreign errors into these once, at their edge; `describe-failure.ts` puts them into words.
 * `target` names what could not be used, as an operator knows it: a URL without secrets, a bucket, a folder.
 */
export type Failure =
  | SmartSyncFailure
  | ResultFailure
  | StorageFailure
  | { readonly reason: "nothing-selected"; readonly exportName: string; readonly detail: string }
  | { readonly reason: "destination-unknown"; readonly destination: string }
  | { readonly reason: "connection-unknown"; readonly connection: string }
  | ({
      readonly reason: "edition-outdone";
      readonly target: string;
      /** The run whose edition stays. */
      readonly runId: string;
      /** Where the result is kept raw; `null`: what stays has all of it, made later. */
      readonly copy: string | null;
    } & Precedence)
  | { readonly reason: "abandoned" }
  | { readonly reason: "interrupted" };

/**
 * Why a folder stays as it is: what stands there is `newer`; or it is `whole`, and this run is not; or it is `wider` by what it `has`, in
 * words; or it has been `written-over` what this run had published, so that this could not be made whole any more.
 */
export type Precedence = { readonly because: "newer" | "whole" | "written-over" } | { readonly because: "wider"; readonly has: string };

/** What a call to WFM can come to. */
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
  | { readonly reason: "job-unknown"; readonly vendorJobId: string }
  | { readonly reason: "job-vanished"; readonly vendorJobId: string; readonly times: number }
  | { readonly reason: "job-overdue"; readonly vendorJobId: string; readonly hours: number }
  | { readonly reason: "job-failed"; readonly detail: string }
  | { readonly reason: "job-canceled" }
  | { readonly reason: "result-too-large"; readonly detail: string }
  | { readonly reason: "result-not-ready" };

/** Why a result's bytes are not what the server announced: none of these is ever a warning. */
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
  | { readonly reason: "foreign-rows"; readonly found: string };

/** What an object store can answer instead of doing it. */
export type StorageFailure =
  | { readonly reason: "storage-unreachable"; readonly target: string; readonly detail: string }
  | { readonly reason: "bucket-missing"; readonly target: string }
  | { readonly reason: "storage-denied"; readonly target: string; readonly detail: string }
  | { readonly reason: "storage-full"; readonly target: string }
  | { readonly reason: "storage-error"; readonly target: string; readonly detail: string }
  | { readonly reason: "upload-vanished"; readonly target: string }
  | { readonly reason: "stored-object-differs"; readonly target: string; readonly detail: string };

export type FailureReason = Failure["reason"];

/** Who can end it: `time` (try again later), `operator` (something has to be mended first), `nobody` (this job is over). */
export type Remedy = "time" | "operator" | "nobody";

const REMEDIES: Readonly<Record<FailureReason, Remedy>> = {
  unreachable: "time",
  "timed-out": "time",
  "tls-rejected": "operator",
  "login-rejected": "operator",
  "connection-stopped": "operator",
  "session-refused": "time",
  "rate-limited": "time",
  "server-error": "time",
  "request-rejected": "nobody",
  "entities-forbidden": "nobody",
  "unexpected-answer": "time",
  "submit-unanswered": "time",
  "job-unknown": "time",
  "job-vanished": "nobody",
  "job-overdue": "operator",
  "job-failed": "nobody",
  "job-canceled": "nobody",
  "result-too-large": "nobody",
  "result-not-ready": "time",
  "media-type-differs": "time",
  "body-cut": "time",
  "body-stalled": "time",
  "gzip-damaged": "time",
  "document-cut": "time",
  "document-malformed": "time",
  "records-differ": "time",
  "bytes-differ": "time",
  "pages-differ": "time",
  "total-missing": "time",
  "foreign-rows": "time",
  "storage-unreachable": "time",
  "bucket-missing": "operator",
  "storage-denied": "operator",
  "storage-full": "operator",
  "storage-error": "time",
  "upload-vanished": "time",
  "stored-object-differs": "time",
  "nothing-selected": "operator",
  "destination-unknown": "operator",
  "connection-unknown": "operator",
  "edition-outdone": "nobody",
  abandoned: "nobody",
  interrupted: "time",
};

export function remedyFor(failure: Failure): Remedy {
  return REMEDIES[failure.reason];
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
  "foreign-rows": true,
} as const satisfies Readonly<Record<ResultFailure["reason"], true>>;

/** Whether what came was not the result that was announced. */
export function isResultFailure(failure: Failure): failure is ResultFailure {
  return Object.hasOwn(RESULT_REASONS, failure.reason);
}
