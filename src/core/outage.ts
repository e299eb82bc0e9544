import { MINUTE_MS, SECOND_MS } from "./clock.ts";
import type { Failure, FailureReason } from "./failure.ts";
import { type RetryPolicy, retryAt } from "./retry-policy.ts";

/** What jobs depend on: a connection's WFM, or a destination's store. */
export interface System {
  readonly kind: "connection" | "destination";
  readonly name: string;
}

/**
 * A system that does not do its work now, for whatever job: the state of its circuit breaker. All replicas share it. Nobody asks the
 * system before `retryAt`; then one does, for all.
 */
export interface Outage {
  readonly system: System;
  readonly since: Date;
  /** Failures in a row. */
  readonly failures: number;
  readonly retryAt: Date;
  readonly lastFailure: Failure;
}

const OUTAGE_RETRY: RetryPolicy = { firstMs: 5 * SECOND_MS, longestMs: 5 * MINUTE_MS };

/** Whoever asks a system for all has this long; then somebody else may. */
export const PROBE_MS = MINUTE_MS;

/** Which system a failure is to blame on. */
export interface Blame {
  readonly kind: System["kind"];
  /** It says nothing about the job that met it; otherwise that job may be the reason, and has to wait by itself as well. */
  readonly isCertain: boolean;
}

const WFM: Blame = { kind: "connection", isCertain: true };
const MAYBE_WFM: Blame = { kind: "connection", isCertain: false };
const STORE: Blame = { kind: "destination", isCertain: true };
const MAYBE_STORE: Blame = { kind: "destination", isCertain: false };

const BLAMES: Readonly<Partial<Record<FailureReason, Blame>>> = {
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

/** `null`: the failure is the job's own. */
export function blameFor(failure: Failure): Blame | null {
  return BLAMES[failure.reason] ?? null;
}

/** The outage after one more failure: doubling waits with jitter, never before the server's Retry-After. `random` is in [0, 1). */
export function afterFailure(
  before: Outage | null,
  { system, failure, now, random }: { readonly system: System; readonly failure: Failure; readonly now: Date; readonly random: number },
): Outage {
  const failures = (before?.failures ?? 0) + 1;
  const again = retryAt(OUTAGE_RETRY, failures - 1, failure, { now, random });
  return { system, since: before?.since ?? now, failures, retryAt: again, lastFailure: failure };
}

const OUT_OF_REACH: ReadonlySet<FailureReason> = new Set(["unreachable", "timed-out", "tls-rejected", "storage-unreachable"]);

/**
 * Whether an answer to something else shows that the outage is over: that a system can be reached it does show. What the system
 * refused to do, or asked to do later, is tried again in its own time.
 */
export function endsWithAnswer({ lastFailure, retryAt }: Outage, now: Date): boolean {
  return retryAt <= now || OUT_OF_REACH.has(lastFailure.reason);
}

/** `due`: somebody may ask it now, for all; `closed`: nobody. */
export type Passage = "open" | "due" | "closed";

/** Whether a system may be asked at `now`. */
export function passageOf(outages: readonly Outage[], system: System, now: Date): Passage {
  const outage = outages.find((one) => isSameSystem(one.system, system));
  if (!outage) return "open";
  return outage.retryAt <= now ? "due" : "closed";
}

export function isSameSystem(one: System, other: System): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** The names of the systems that nobody may ask at `now`. */
export interface ClosedSystems {
  readonly connections: readonly string[];
  readonly destinations: readonly string[];
}

export const NOTHING_CLOSED: ClosedSystems = { connections: [], destinations: [] };

export function closedAt(outages: readonly Outage[], now: Date): ClosedSystems {
  const closed = outages.filter((outage) => outage.retryAt > now).map(({ system }) => system);
  const namesOf = (kind: System["kind"]) => closed.filter((system) => system.kind === kind).map(({ name }) => name);
  return { connections: namesOf("connection"), destinations: namesOf("destination") };
}
