import type { Failure } from "../core/base/failure.ts";
import type { Job } from "../core/jobs/job.ts";
import { explainOverdue } from "../core/jobs/overdue.ts";

/** Why a job has failed or waits at `now`; `null`: nothing is wrong with it. */
export function failureOf(job: Job, now: Date): Failure | null {
  if ("failure" in job) return job.failure;
  return "lastFailure" in job ? job.lastFailure : explainOverdue(job, now);
}
