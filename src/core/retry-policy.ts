import type { Failure } from "./failure.ts";
import { MINUTE_MS, SECOND_MS } from "./clock.ts";

/** How long to wait between tries of one step. */
export interface RetryPolicy {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const SUBMIT_RETRY: RetryPolicy = { firstMs: 5 * SECOND_MS, longestMs: 10 * MINUTE_MS };
export const ARCHIVE_RETRY: RetryPolicy = { firstMs: 5 * SECOND_MS, longestMs: 10 * MINUTE_MS };
/** A refused login is asked about rarely: accounts get locked. */
const OPERATOR_RETRY_MS = 5 * MINUTE_MS;
/** A server that asks for more patience than this gets this much. */
const LONGEST_RETRY_AFTER_MS = 30 * MINUTE_MS;

/**
 * When to try again after `failure`: doubling, with full jitter from half the step up, never before the server's Retry-After.
 * `attempt` is how many tries failed before this one; `random` is in [0, 1).
 */
export function retryAt(
  policy: RetryPolicy,
  attempt: number,
  failure: Failure | null,
  { now, random }: { readonly now: Date; readonly random: number },
): Date {
  const step = Math.min(policy.firstMs * 2 ** Math.min(attempt, 20), policy.longestMs);
  const jittered = step / 2 + (step / 2) * random;
  const floor = failure?.reason === "login-rejected" ? OPERATOR_RETRY_MS : askedWait(failure);
  return new Date(now.getTime() + Math.max(jittered, floor));
}

function askedWait(failure: Failure | null): number {
  if (failure?.reason !== "rate-limited" && failure?.reason !== "server-error") return 0;
  return Math.min(failure.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
}
