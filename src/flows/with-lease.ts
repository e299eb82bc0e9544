import { SECOND_MS } from "../core/clock.ts";
import type { Archiving, JobFacts } from "../core/job.ts";
import type { Ports } from "./ports.ts";

export const LEASE_MS = 60 * SECOND_MS;
const HEARTBEAT_MS = 20 * SECOND_MS;

/** Keeps a job's lease alive while `work` runs. A lease that is lost aborts the work: somebody else has the job then. */
export async function withLease<T>(
  ports: Pick<Ports, "stores" | "clock">,
  job: JobFacts & Archiving,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  const heartbeat = beat(ports, job, lost, done.signal);
  try {
    return await work(outer ? AbortSignal.any([outer, lost.signal]) : lost.signal);
  } finally {
    done.abort();
    await heartbeat;
  }
}

async function beat(
  { stores, clock }: Pick<Ports, "stores" | "clock">,
  job: JobFacts & Archiving,
  lost: AbortController,
  done: AbortSignal,
): Promise<void> {
  let leaseUntil = job.leaseUntil;
  for (;;) {
    await clock.sleep(HEARTBEAT_MS, done);
    if (done.aborted) return;
    const wanted = new Date(clock.now().getTime() + LEASE_MS);
    const answer = await stores.jobs.extendLease(job.id, job.token, wanted).then(
      (isOurs) => (isOurs ? "kept" : "taken"),
      () => "unknown" as const,
    );
    if (answer === "kept") leaseUntil = wanted;
    // A database that does not answer takes the lease only when it runs out.
    if (answer === "taken" || clock.now() >= leaseUntil) {
      lost.abort();
      return;
    }
  }
}
