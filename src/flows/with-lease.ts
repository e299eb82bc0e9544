import { SECOND_MS } from "../core/clock.ts";
import type { Archiving, JobFacts } from "../core/job.ts";
import type { Ports } from "./ports.ts";

export const LEASE_MS = 60 * SECOND_MS;
const HEARTBEAT_MS = 20 * SECOND_MS;
/** A request may be under way for this long after it was sent, and must still arrive within the lease. */
const ON_THE_WAY_MS = 15 * SECOND_MS;

/**
 * Keeps a job's lease alive while `work` runs. A lease that is lost aborts the work: somebody else has the job then. A process that stood
 * still may go on before it hears of that, so `isHeld` tells by our own clock whether the lease still runs; ask it before every step
 * that others can see.
 */
export async function withLease<T>(
  ports: Pick<Ports, "stores" | "clock">,
  job: JobFacts & Archiving,
  work: (signal: AbortSignal, isHeld: () => boolean) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  const lease = { until: job.leaseUntil };
  const heartbeat = beat(ports, job, { lease, lost, done: done.signal });
  const isHeld = () => !lost.signal.aborted && ports.clock.now().getTime() + ON_THE_WAY_MS < lease.until.getTime();
  try {
    return await work(outer ? AbortSignal.any([outer, lost.signal]) : lost.signal, isHeld);
  } finally {
    done.abort();
    await heartbeat;
  }
}

async function beat(
  { stores, clock }: Pick<Ports, "stores" | "clock">,
  job: JobFacts & Archiving,
  { lease, lost, done }: { readonly lease: { until: Date }; readonly lost: AbortController; readonly done: AbortSignal },
): Promise<void> {
  for (;;) {
    await clock.sleep(HEARTBEAT_MS, done);
    if (done.aborted) return;
    const wanted = new Date(clock.now().getTime() + LEASE_MS);
    const answer = await stores.jobs.extendLease(job.id, job.token, wanted).then(
      (isOurs) => (isOurs ? "kept" : "taken"),
      () => "unknown" as const,
    );
    if (answer === "kept") lease.until = wanted;
    // A database that does not answer takes the lease only when it runs out.
    if (answer === "taken" || clock.now() >= lease.until) {
      lost.abort();
      return;
    }
  }
}
