import { SECOND_MS } from "../base/clock.ts";
import type { Failure, FailureReason } from "../base/failure.ts";
import type { RetryPolicy } from "../breakers/retry-policy.ts";

/** How long to wait before an interrupted transfer continues from the same record. */
export const RESUME_RETRY: RetryPolicy = { firstMs: SECOND_MS, longestMs: 30 * SECOND_MS };

/** After so many attempts in a row that brought no further record, the job is released, and its result is fetched again later. */
const MAX_VAIN_TRIES = 4;

/** The transfer broke, or the server could not be asked for the rest. Neither says anything about the bytes that arrived before. */
const TRANSIENT: ReadonlySet<FailureReason> = new Set([
  "body-cut",
  "body-stalled",
  "gzip-damaged",
  "document-cut",
  "unreachable",
  "timed-out",
  "session-refused",
  "server-error",
  "rate-limited",
]);

/** How a result fails if its pages do not add up to it. */
const PAGING_FAILURES: ReadonlySet<FailureReason> = new Set([
  "pages-differ",
  "bytes-differ",
  "records-differ",
  "document-malformed",
  "media-type-differs",
]);

/** Whether a broken transfer may continue. If the server asks for a longer wait than ours, the job is released instead. */
export function mayContinue(failure: Failure, vainTries: number): boolean {
  const retryAfterMs = "retryAfterMs" in failure ? (failure.retryAfterMs ?? 0) : 0;
  return vainTries < MAX_VAIN_TRIES && TRANSIENT.has(failure.reason) && retryAfterMs <= RESUME_RETRY.longestMs;
}

/** Whether the next transfer may be joined from pages, after the last one failed like this. */
export function mayUsePages(lastFailure: Failure | null): boolean {
  return lastFailure === null || !PAGING_FAILURES.has(lastFailure.reason);
}
