import { MINUTE_MS, clockOffsetMs } from "../../core/base/clock.ts";
import type { Failure } from "../../core/base/failure.ts";
import { SUBMIT_RETRY, retryAt } from "../../core/breakers/retry-policy.ts";
import type { Job } from "../../core/jobs/job.ts";
import type { JobEvent } from "../../core/jobs/transition.ts";
import type { SubmittingJob } from "../../core/persistence/job-repository.ts";
import type { JobListing } from "../../core/ports/smartsync.ts";
import { type Reconciliation, reconcileSubmission } from "../../core/submit/reconcile-submission.ts";
import { applyEvent } from "../jobs/apply-event.ts";
import type { Ports } from "../ports/ports.ts";

type ReconcilePorts = Pick<Ports, "repositories" | "wakeUps" | "clock" | "random" | "emit">;

const UNANSWERED: Failure = { reason: "submit-unanswered" };

/**
 * A POST this old can no longer reach the server: the client gives up well before. Only then does a listing show what became of it. A job
 * that is not listed did not arrive, and one that looks like it is not another client's that arrived sooner than ours.
 */
export const POST_IS_OVER_MS = 3 * MINUTE_MS;

/** Reconciles every submission in doubt of the connection with one listing. `startedAt`: when the listing was requested. */
export async function reconcileSubmissions(
  ports: ReconcilePorts,
  connection: string,
  { listing, startedAt }: { readonly listing: JobListing; readonly startedAt: Date },
): Promise<void> {
  const { jobs } = ports.repositories;
  const intents = (await jobs.listByState(connection, ["submitting"])).filter(isSubmitting);
  // A listing that took long says nothing about what arrived since it was made.
  const due = intents.filter((job) => startedAt.getTime() - job.intentAt.getTime() >= POST_IS_OVER_MS);
  if (due.length === 0) return;
  const ids = listing.jobs.map((job) => job.jobId);
  const claimed = await jobs.claimedJobIds(connection, ids);
  const offsetMs = clockOffsetMs(listing.serverTime, ports.clock.now());
  for (const job of due) {
    const rivals = intents.filter((other) => other.id !== job.id);
    const rejected = await jobs.rejectedJobIds(job.id);
    await apply(ports, job, reconcileSubmission(job, { listed: listing.jobs, claimed, rejected, rivals, clockOffsetMs: offsetMs }));
  }
}

async function apply(ports: ReconcilePorts, job: SubmittingJob, reconciliation: Reconciliation): Promise<void> {
  const now = ports.clock.now();
  const again = retryAt(SUBMIT_RETRY, job.failedAttempts, UNANSWERED, { now, random: ports.random() });
  const event: JobEvent =
    reconciliation.outcome === "claim"
      ? { type: "claimed-by-reconciliation", jobId: reconciliation.job.jobId }
      : { type: "not-accepted", failure: UNANSWERED, retryAt: again };
  if (!(await applyEvent(ports, job, event))) return;
  const { id, connection, exportName } = job;
  const candidates = reconciliation.outcome === "resubmit" ? reconciliation.candidates.length : 1;
  ports.emit({ event: "submission.reconciled", id, connection, export: exportName, outcome: reconciliation.outcome, candidates });
  // A claimed job no longer keeps others of its connection, exporter and format from being submitted.
  const delayMs = reconciliation.outcome === "resubmit" ? again.getTime() - now.getTime() : 0;
  ports.wakeUps.send([{ role: "submit", id: null }], { delayMs });
}

function isSubmitting(job: Job): job is SubmittingJob {
  return job.state === "submitting";
}
