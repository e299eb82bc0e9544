import { SECOND_MS } from "../core/clock.ts";
import type { Ports } from "./ports.ts";

export const LEASE_MS = 60 * SECOND_MS;
const HEARTBEAT_MS = 20 * SECOND_MS;

export interface Lease {
  readonly until: Date;
  /** Stores a later end; `false` when the lease is no longer ours. */
  extend(until: Date): Promise<boolean>;
}

/** Keeps a lease alive while `work` runs. A lease that is lost aborts the work: somebody else has it in hand then. */
export async function withLease<T>(
  { clock }: Pick<Ports, "clock">,
  lease: Lease,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  const heartbeat = beat(clock, lease, { lost, done: done.signal });
  try {
    return await work(outer ? AbortSignal.any([outer, lost.signal]) : lost.signal);
  } finally {
    done.abort();
    await heartbeat;
  }
}

async function beat(
  clock: Ports["clock"],
  lease: Lease,
  { lost, done }: { readonly lost: AbortController; readonly done: AbortSignal },
): Promise<void> {
  let until = lease.until;
  for (;;) {
    await clock.sleep(HEARTBEAT_MS, done);
    if (done.aborted) return;
    const wanted = new Date(clock.now().getTime() + LEASE_MS);
    const answer = await lease.extend(wanted).then(
      (isOurs) => (isOurs ? "kept" : "taken"),
      () => "unknown" as const,
    );
    if (answer === "kept") until = wanted;
    // A database that does not answer takes the lease only when it runs out.
    if (answer === "taken" || clock.now() >= until) {
      lost.abort();
      return;
    }
  }
}
