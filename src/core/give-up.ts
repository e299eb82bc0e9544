import { type Failure, remedyFor } from "./failure.ts";
import type { Job } from "./job.ts";
import { explainOverdue } from "./overdue.ts";
import type { RunWithJobs } from "./stores.ts";

/** So many tries without success, and somebody who waits at a terminal wants to know. */
const PATIENT_TRIES = 4;

/**
 * Why somebody who waits for this run need not wait any longer, though nothing is lost and workers go on trying: a failure that
 * only an operator can mend, or one that has come back too often. `null`: it is worth waiting.
 */
export function reasonToStopWaiting({ run, jobs }: RunWithJobs, now: Date): Failure | null {
  // Nothing was submitted yet, so there is nothing to wait for but another answer to the same question.
  if (run.selection === null && run.planning.lastFailure) return run.planning.lastFailure;
  for (const job of jobs) {
    const failure = failureOf(job) ?? explainOverdue(job, now);
    if (failure) return failure;
  }
  return null;
}

function failureOf(job: Job): Failure | null {
  if (job.state !== "pending" && job.state !== "ready") return null;
  return job.lastFailure && isHopeless(job.lastFailure, job.attempt) ? job.lastFailure : null;
}

function isHopeless(failure: Failure, attempt: number): boolean {
  return remedyFor(failure) === "operator" || attempt >= PATIENT_TRIES;
}
