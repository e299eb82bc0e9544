import { HOUR_MS } from "./clock.ts";
import type { Failure } from "./failure.ts";
import type { Job } from "./job.ts";

/** Exports take minutes. One that WFM has had for so long hangs there, as far as anybody can tell. */
export const OVERDUE_MS = 6 * HOUR_MS;

/** Why a job that WFM neither finishes nor gives up needs a person; `null`: it is no such job. It is not given up: WFM may finish it yet. */
export function explainOverdue(job: Job, now: Date): Failure | null {
  if (job.state !== "waiting" && job.state !== "running") return null;
  const ageMs = now.getTime() - job.submittedAt.getTime();
  return ageMs < OVERDUE_MS ? null : { reason: "job-overdue", vendorJobId: job.vendorJobId, hours: Math.floor(ageMs / HOUR_MS) };
}

/** Whether this look is the first that finds the job overdue. */
export function becomesOverdue(job: Job & { readonly lastSeenAliveAt: Date }, now: Date): boolean {
  return explainOverdue(job, now) !== null && explainOverdue(job, job.lastSeenAliveAt) === null;
}
