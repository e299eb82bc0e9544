import { type Failure, failureKind } from "../base/failure.ts";
import type { Job } from "./job.ts";
import { explainOverdue } from "./overdue.ts";
import type { RunWithJobs } from "./run.ts";

/** After this many failed attempts, a person who waits at a terminal is told. */
const PATIENT_ATTEMPTS = 4;

/**
 * Why a person should stop waiting for this run: a failure that only an operator can resolve, or one that has occurred too often. Workers
 * continue to try, and nothing is lost. `null`: waiting makes sense.
 */
export function reasonToStopWaiting({ run, jobs }: RunWithJobs, now: Date): Failure | null {
  // Planning fails, so nothing was submitted that could still succeed.
  if (run.selection === null && run.planning.lastFailure) return run.planning.lastFailure;
  for (const job of jobs) {
    const failure = hopelessFailureOf(job) ?? explainOverdue(job, now);
    if (failure) return failure;
  }
  return null;
}

function hopelessFailureOf(job: Job): Failure | null {
  if (job.state !== "pending" && job.state !== "ready") return null;
  return job.lastFailure && isHopeless(job.lastFailure, job.failedAttempts) ? job.lastFailure : null;
}

function isHopeless(failure: Failure, failedAttempts: number): boolean {
  return failureKind(failure) === "needs-operator" || failedAttempts >= PATIENT_ATTEMPTS;
}
