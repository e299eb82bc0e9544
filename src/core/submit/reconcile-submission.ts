import { SECOND_MS } from "../base/clock.ts";
import { isSameExporterName } from "../exporters/exporter-name.ts";
import type { JobFacts, Submitting } from "../jobs/job.ts";
import type { WfmJob } from "../ports/smartsync.ts";
import { type SubmissionKey, isSameSubmission } from "./submission-key.ts";

/** The server's clock may be behind ours by this much beyond the measured difference. */
const CLOCK_SLACK_MS = 5 * SECOND_MS;

export interface ReconcileEvidence {
  /** Every job of the login, listed after the POST could no longer arrive. */
  readonly listed: readonly WfmJob[];
  /** Job ids that rows of ours already have. */
  readonly claimed: ReadonlySet<string>;
  /** Job ids that this job claimed once and then rejected. */
  readonly rejected: ReadonlySet<string>;
  /** Other submissions of the connection that are in doubt. */
  readonly rivals: readonly SubmissionKey[];
  /** The server's clock minus ours, in milliseconds. */
  readonly clockOffsetMs: number;
}

export type Reconciliation =
  | { readonly outcome: "claim"; readonly job: WfmJob }
  /** None of the candidates is provably ours. The next polls record them as orphans. */
  | { readonly outcome: "resubmit"; readonly candidates: readonly WfmJob[] };

/**
 * What became of a POST whose answer was never received. A job is claimed only when there is no other explanation: exactly one unclaimed
 * job fits, and no other submission in doubt could claim it. In every other case the job is submitted again, because wrong data is worse
 * than a second submission.
 */
export function reconcileSubmission(job: JobFacts & Submitting, evidence: ReconcileEvidence): Reconciliation {
  const isUnclaimed = ({ jobId }: WfmJob) => !evidence.claimed.has(jobId) && !evidence.rejected.has(jobId);
  const candidates = evidence.listed.filter((listed) => isUnclaimed(listed) && couldBe(job, listed, evidence.clockOffsetMs));
  const hasRival = evidence.rivals.some((rival) => isSameSubmission(rival, job));
  const [only] = candidates;
  if (only && candidates.length === 1 && !hasRival) return { outcome: "claim", job: only };
  return { outcome: "resubmit", candidates };
}

/** Whether a listed job may be the one that this submission created. */
export function couldBe(job: JobFacts & Submitting, listed: WfmJob, clockOffsetMs: number): boolean {
  if (listed.exporterType !== null && !isSameExporterName(listed.exporterType, job.exporter)) return false;
  if (listed.outputFormat !== null && listed.outputFormat.toUpperCase() !== job.outputFormat) return false;
  if (listed.lastStatusChange === null) return true;
  return listed.lastStatusChange.getTime() - clockOffsetMs >= job.intentAt.getTime() - CLOCK_SLACK_MS;
}
