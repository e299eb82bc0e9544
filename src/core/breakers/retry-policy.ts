import type { Failure } from "../base/failure.ts";
import { MINUTE_MS, SECOND_MS } from "../base/clock.ts";

/** How long to wait between attempts at one step. */
export interface RetryPolicy {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const SUBMIT_RETRY: RetryPolicy = { firstMs: 5 * SECOND_MS, longestMs: 10 * MINUTE_MS };
export const ARCHIVE_RETRY: RetryPolicy = { firstMs: 5 * SECOND_MS, longestMs: 10 * MINUTE_MS };
/** A refused login is repeated rarely, because WFM locks accounts. */
const OPERATOR_RETRY_MS = 5 * MINUTE_MS;
/** A longer Retry-After is not believed: the next attempt follows after this time. */
const LONGEST_RETRY_AFTER_MS = 30 * MINUTE_MS;

/**
 * When to try again after `failure`. The wait doubles with every failed attempt and is jittered between half of it and all of it; it is
 * never shorter than the server's Retry-After. `failedAttempts` counts the attempts that failed before this one. `random` is in [0, 1).
 */
export function retryAt(
  policy: RetryPolicy,
  failedAttempts: number,
  failure: Failure | null,
  { now, random }: { readonly now: Date; readonly random: number },
): Date {
  const step = Math.min(policy.firstMs * 2 ** failedAttempts, policy.longestMs);
  const jittered = step / 2 + (step / 2) * random;
  const floor = failure?.reason === "login-rejected" ? OPERATOR_RETRY_MS : askedWait(failure);
  return new Date(now.getTime() + Math.max(jittered, floor));
}

function askedWait(failure: Failure | null): number {
  if (failure?.reason !== "rate-limited" && failure?.reason !== "server-error") return 0;
  return Math.min(failure.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
}
