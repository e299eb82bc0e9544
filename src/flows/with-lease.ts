import { SECOND_MS } from "../core/clock.ts";
import type { Ports } from "./ports.ts";

export const LEASE_MS = 60 * SECOND_MS;
const HEARTBEAT_MS = 20 * SECOND_MS;
/** A request may be under way for this long after it was sent, and must still arrive within the lease. */
const ON_THE_WAY_MS = 15 * SECOND_MS;

export interface Lease {
  readonly until: Date;
  /** Stores a later end; `false` when the lease is no longer ours. */
  extend(until: Date): Promise<boolean>;
}

/** What work under a lease goes by. */
export interface Held {
  /** Aborts when the lease is lost, or the process stops. */
  readonly signal: AbortSignal;
  /** Whether the lease still runs, by our own clock; to be asked before every step that others can see. */
  readonly isHeld: () => boolean;
}

/**
 * Keeps a lease alive while `work` runs. A lease that is lost aborts the work: somebody else has it in hand then. A process that stood
 * still may go on before it hears of that: for this there is `isHeld`.
 */
export async function withLease<T>(
  { clock }: Pick<Ports, "clock">,
  lease: Lease,
  work: (signal: AbortSignal, isHeld: () => boolean) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  const held = { until: lease.until };
  const heartbeat = beat(clock, lease, { held, lost, done: done.signal });
  const isHeld = () => !lost.signal.aborted && clock.now().getTime() + ON_THE_WAY_MS < held.until.getTime();
  try {
    return await work(outer ? AbortSignal.any([outer, lost.signal]) : lost.signal, isHeld);
  } finally {
    done.abort();
    await heartbeat;
  }
}

async function beat(
  clock: Ports["clock"],
  lease: Lease,
  { held, lost, done }: { readonly held: { until: Date }; readonly lost: AbortController; readonly done: AbortSignal },
): Promise<void> {
  for (;;) {
    await clock.sleep(HEARTBEAT_MS, done);
    if (done.aborted) return;
    const wanted = new Date(clock.now().getTime() + LEASE_MS);
    const answer = await lease.extend(wanted).then(
      (isOurs) => (isOurs ? "kept" : "taken"),
      () => "unknown" as const,
    );
    if (answer === "kept") held.until = wanted;
    // A database that does not answer takes the lease only when it runs out.
    if (answer === "taken" || clock.now() >= held.until) {
      lost.abort();
      return;
    }
  }
}
