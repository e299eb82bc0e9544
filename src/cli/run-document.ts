import { describeFailure } from "../core/describe-failure.ts";
import type { Failure } from "../core/failure.ts";
import type { Job } from "../core/job.ts";
import { missingParts } from "../core/missing-part.ts";
import { explainOverdue } from "../core/overdue.ts";
import type { Artifact, RunWithJobs } from "../core/stores.ts";

/** A run as `runs --json` prints it. Other programs read these shapes. */
export function runDocument({ run, jobs }: RunWithJobs) {
  return {
    id: run.id,
    export: run.exportName,
    interval: { from: run.interval.from, to: run.interval.to },
    trigger: run.trigger,
    outcome: run.outcome,
    jobs: jobs.length,
    createdAt: run.createdAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}

/** A run as `show --json` prints it. */
export function runDetailDocument(found: RunWithJobs, artifacts: readonly Artifact[], now: Date) {
  const { planning, selection } = found.run;
  return {
    ...runDocument(found),
    selection,
    selectionChange: found.run.selectionChange,
    waitingFor: selection === null && planning.lastFailure ? failureDocument(planning.lastFailure) : null,
    missing: missingParts(found.jobs),
    jobs: found.jobs.map((job) => jobDocument(job, artifacts, now)),
    artifacts: artifacts
      .filter(isCommitted)
      .map(({ uri, result }) => ({ uri, bytes: result.bytes, sha256: result.sha256, records: result.records })),
  };
}

function jobDocument(job: Job, artifacts: readonly Artifact[], now: Date) {
  const stored = artifacts.find((artifact) => artifact.jobId === job.id && isCommitted(artifact));
  const server = "server" in job ? job.server : "vendorJobId" in job ? job : null;
  const finished = "deadline" in job ? job : null;
  const failure = failureOf(job, now);
  return {
    id: job.id,
    jobId: server?.vendorJobId ?? null,
    splitFrom: job.splitFrom,
    interval: job.interval,
    state: job.state,
    submittedAt: server?.submittedAt.toISOString() ?? null,
    completedAt: finished?.completedAt.toISOString() ?? null,
    deadline: finished?.deadline.toISOString() ?? null,
    records: stored?.result.records ?? null,
    bytes: stored?.result.bytes ?? null,
    failure: failure ? failureDocument(failure) : null,
  };
}

function isCommitted(artifact: Artifact): boolean {
  return artifact.committedAt !== null;
}

/** Why a job is where it is at `now`, when that is no good place. */
export function failureOf(job: Job, now: Date): Failure | null {
  if ("failure" in job) return job.failure;
  return "lastFailure" in job ? job.lastFailure : explainOverdue(job, now);
}

function failureDocument(failure: Failure) {
  return { reason: failure.reason, message: describeFailure(failure) };
}
