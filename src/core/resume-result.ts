import { SECOND_MS } from "./clock.ts";
import type { Failure, FailureReason } from "./failure.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** How long to wait before a broken transfer is tried again from the same record. */
export const RESUME_RETRY: RetryPolicy = { firstMs: SECOND_MS, longestMs: 30 * SECOND_MS };

/** So many tries in a row may bring nothing; then the result is put back, and starts over later. */
const MOST_VAIN_TRIES = 4;

/** The transfer broke, or the server could not be asked for the rest: neither says anything about the bytes that came before. */
const PASSING: ReadonlySet<FailureReason> = new Set([
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

/** What a result is found to be when its pages do not make it up. */
const MISFITS: ReadonlySet<FailureReason> = new Set([
  "pages-differ",
  "bytes-differ",
  "records-differ",
  "document-malformed",
  "media-type-differs",
]);

/** Whether a transfer goes on behind its last whole record. A server that asks for a longer wait than ours gets it elsewhere. */
export function goesOn(failure: Failure, vainTries: number): boolean {
  const askedMs = "retryAfterMs" in failure ? (failure.retryAfterMs ?? 0) : 0;
  return vainTries < MOST_VAIN_TRIES && PASSING.has(failure.reason) && askedMs <= RESUME_RETRY.longestMs;
}

/** Whether the next transfer may be put together of pages, after the last one ended like this. */
export function mayUsePages(lastFailure: Failure | null): boolean {
  return lastFailure === null || !MISFITS.has(lastFailure.reason);
}
