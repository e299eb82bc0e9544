import { MINUTE_MS, SECOND_MS } from "../base/clock.ts";
import type { Failure, FailureReason } from "../base/failure.ts";
import { type RetryPolicy, retryAt } from "./retry-policy.ts";

/** What jobs depend on: a connection's WFM, or a destination's object store. */
export interface Dependency {
  readonly kind: "connection" | "destination";
  readonly name: string;
}

/**
 * The circuit breaker of a dependency that fails for every job. All processes share it. Until `retryAt` it is open: no worker calls the
 * dependency. After that it is half-open: one worker probes the dependency. A dependency without a stored breaker has a closed one.
 */
export interface Breaker {
  readonly dependency: Dependency;
  readonly since: Date;
  /** Failures in a row. */
  readonly failures: number;
  readonly retryAt: Date;
  readonly lastFailure: Failure;
}

/** Open means: do not call. */
export type BreakerState = "closed" | "half-open" | "open";

const BREAKER_RETRY: RetryPolicy = { firstMs: 5 * SECOND_MS, longestMs: 5 * MINUTE_MS };

/** A worker may probe for this long; after that another worker may. */
export const PROBE_MS = MINUTE_MS;

/** The dependency that caused a failure. */
export interface Attribution {
  readonly kind: Dependency["kind"];
  /** `true`: the failure says nothing about the job. `false`: the job may be the cause, and backs off by itself as well. */
  readonly isCertain: boolean;
}

const WFM: Attribution = { kind: "connection", isCertain: true };
const MAYBE_WFM: Attribution = { kind: "connection", isCertain: false };
const STORE: Attribution = { kind: "destination", isCertain: true };
const MAYBE_STORE: Attribution = { kind: "destination", isCertain: false };

const ATTRIBUTIONS: Readonly<Partial<Record<FailureReason, Attribution>>> = {
  unreachable: WFM,
  "tls-rejected": WFM,
  "login-rejected": WFM,
  "connection-stopped": WFM,
  "rate-limited": WFM,
  "connection-unknown": WFM,
  "timed-out": MAYBE_WFM,
  "session-refused": MAYBE_WFM,
  "server-error": MAYBE_WFM,
  "storage-unreachable": STORE,
  "bucket-missing": STORE,
  "storage-denied": STORE,
  "storage-full": STORE,
  "destination-unknown": STORE,
  "storage-error": MAYBE_STORE,
};

/** `null`: the failure concerns only the job. */
export function attributionOf(failure: Failure): Attribution | null {
  return ATTRIBUTIONS[failure.reason] ?? null;
}

/**
 * The breaker after one more failure. Each failure in a row doubles the time for which it is open, with jitter, up to five minutes; the
 * server's Retry-After is respected. `random` is in [0, 1).
 */
export function afterFailure(
  before: Breaker | null,
  failed: { readonly dependency: Dependency; readonly failure: Failure; readonly now: Date; readonly random: number },
): Breaker {
  const { dependency, failure, now, random } = failed;
  const failures = (before?.failures ?? 0) + 1;
  const again = retryAt(BREAKER_RETRY, failures - 1, failure, { now, random });
  return { dependency, since: before?.since ?? now, failures, retryAt: again, lastFailure: failure };
}

const OUT_OF_REACH: ReadonlySet<FailureReason> = new Set(["unreachable", "timed-out", "tls-rejected", "storage-unreachable"]);

/**
 * Whether an answer to a call that needed no permit closes the breaker. The answer proves that the dependency can be reached, and no more.
 * A breaker that was opened because the dependency refused a call, or asked for fewer, stays open until it is half-open.
 */
export function closesWithAnswer({ lastFailure, retryAt }: Breaker, now: Date): boolean {
  return retryAt <= now || OUT_OF_REACH.has(lastFailure.reason);
}

export function breakerState(breakers: readonly Breaker[], dependency: Dependency, now: Date): BreakerState {
  const breaker = findBreaker(breakers, dependency);
  if (!breaker) return "closed";
  return breaker.retryAt <= now ? "half-open" : "open";
}

export function findBreaker(breakers: readonly Breaker[], dependency: Dependency): Breaker | null {
  return breakers.find((one) => isSameDependency(one.dependency, dependency)) ?? null;
}

/** Of the breakers of these dependencies, the one that stays open longest. `null`: all are closed. */
export function longestOpen(breakers: readonly Breaker[], dependencies: readonly Dependency[]): Breaker | null {
  const own = dependencies.flatMap((dependency) => findBreaker(breakers, dependency) ?? []);
  return own.reduce<Breaker | null>((longest, one) => (longest && longest.retryAt >= one.retryAt ? longest : one), null);
}

export function isSameDependency(one: Dependency, other: Dependency): boolean {
  return one.kind === other.kind && one.name === other.name;
}
