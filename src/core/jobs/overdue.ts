import { HOUR_MS } from "../base/clock.ts";
import type { Failure } from "../base/failure.ts";
import type { Job } from "./job.ts";

/** Exports take minutes. A job that is in flight for this long probably hangs in WFM. */
export const OVERDUE_MS = 6 * HOUR_MS;

/**
 * Why a job that WFM neither finishes nor fails needs a person. `null`: it is not overdue. The job stays in flight, because WFM may still
 * finish it.
 */
export function explainOverdue(job: Job, now: Date): Failure | null {
  if (job.state !== "waiting" && job.state !== "running") return null;
  const ageMs = now.getTime() - job.submittedAt.getTime();
  return ageMs < OVERDUE_MS ? null : { reason: "job-overdue", jobId: job.jobId, hours: Math.floor(ageMs / HOUR_MS) };
}

/** Whether the poll at `now` is the first that finds the job overdue. */
export function becomesOverdue(job: Job & { readonly lastSeenInFlightAt: Date }, now: Date): boolean {
  return explainOverdue(job, now) !== null && explainOverdue(job, job.lastSeenInFlightAt) === null;
}
