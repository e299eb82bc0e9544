import { SECOND_MS } from "../../core/base/clock.ts";
import type { Ports } from "../ports/ports.ts";

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
export interface LeaseHold {
  /** Aborts when the lease is lost, or the process stops. */
  readonly signal: AbortSignal;
  /** Whether the lease still runs, by our own clock; to be asked before every step that others can see. */
  readonly isHeld: () => boolean;
}

/**
 * Extends a lease while `work` runs. A lost lease aborts the work, because another worker may have claimed the row. A process that stood
 * still may continue before it learns that: `isHeld` is for this.
 */
export async function withLease<T>(
  { clock }: Pick<Ports, "clock">,
  lease: Lease,
  work: (signal: AbortSignal, isHeld: () => boolean) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  const hold = { until: lease.until };
  const heartbeat = keepExtending(clock, lease, { hold, lost, done: done.signal });
  const isHeld = () => !lost.signal.aborted && clock.now().getTime() + ON_THE_WAY_MS < hold.until.getTime();
  try {
    return await work(outer ? AbortSignal.any([outer, lost.signal]) : lost.signal, isHeld);
  } finally {
    done.abort();
    await heartbeat;
  }
}

async function keepExtending(
  clock: Ports["clock"],
  lease: Lease,
  { hold, lost, done }: { readonly hold: { until: Date }; readonly lost: AbortController; readonly done: AbortSignal },
): Promise<void> {
  for (;;) {
    await clock.sleep(HEARTBEAT_MS, done);
    if (done.aborted) return;
    const wanted = new Date(clock.now().getTime() + LEASE_MS);
    const answer = await lease.extend(wanted).then(
      (isOurs) => (isOurs ? "kept" : "claimed"),
      () => "unknown" as const,
    );
    if (answer === "kept") hold.until = wanted;
    // While the database does not answer, the lease is ours until it expires.
    if (answer === "claimed" || clock.now() >= hold.until) {
      lost.abort();
      return;
    }
  }
}
