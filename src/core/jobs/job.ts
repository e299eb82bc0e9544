import type { Interval } from "../base/business-date.ts";
import type { ExportRequest } from "../exports/export-request.ts";
import type { OutputFormat } from "../exporters/built-in-exporters.ts";
import type { Failure } from "../base/failure.ts";
import type { JobRowId, RunId, JobId } from "../base/ids.ts";
import type { QuarantineCopy } from "../ports/stored-object.ts";
import type { Announced } from "../ports/smartsync.ts";

/** One request that was, or will be, submitted to WFM. Each state has exactly the data that is valid in it. */
export type Job = JobFacts & JobState;

/** What never changes about a job. */
export interface JobFacts {
  readonly id: JobRowId;
  readonly runId: RunId;
  readonly exportName: string;
  readonly connection: string;
  readonly exporter: string;
  readonly destination: string;
  readonly outputFormat: OutputFormat;
  /** The business dates that it requests. */
  readonly interval: Interval;
  /** The business dates of the partition that its result is published in: its own, or more if it is one of several chunks. */
  readonly partition: Interval;
  /** Its position among the chunks of that partition. Unique and ascending there, not necessarily consecutive. */
  readonly chunk: number;
  /** The job that was split into this one and others. */
  readonly splitFrom: JobRowId | null;
  readonly request: ExportRequest;
  readonly createdAt: Date;
  /** The optimistic lock: counts the transitions, and every stored change checks it. */
  readonly version: number;
}

export type JobState = Pending | Submitting | Waiting | Running | Ready | Archiving | Archived | Failed | Canceled | Split | Lost;

export type StateName = JobState["state"];

/** Every state, in the order of a job's life. */
export const STATE_NAMES = [
  ...(["pending", "submitting", "waiting", "running", "ready", "archiving"] as const),
  ...(["archived", "failed", "canceled", "split", "lost"] as const),
] as const satisfies readonly StateName[];

/** How often the current step has failed, when it is due again, and why it failed last. */
export interface Attempts {
  readonly failedAttempts: number;
  readonly notBefore: Date | null;
  readonly lastFailure: Failure | null;
}

export interface OnServer {
  readonly jobId: JobId;
  /** It was found on the server after the answer was lost. It may not be ours, so its result is compared with the request. */
  readonly claimedByReconciliation: boolean;
  readonly submittedAt: Date;
  /** The last poll that found it unfinished. */
  readonly lastSeenInFlightAt: Date;
}

export interface Finished extends OnServer {
  readonly completedAt: Date;
  /** When WFM may delete the result. */
  readonly deadline: Date;
  readonly announced: Announced;
  /** The exporter's own remarks about the result. */
  readonly additionalDetails: string | null;
  /** The copy that was made because the deadline came near. While there is one, WFM is no longer needed. */
  readonly quarantine: QuarantineCopy | null;
}

export interface Pending extends Attempts {
  readonly state: "pending";
}

/** The intent. It is stored before the POST is sent, so that a submission in doubt can be reconciled after a crash. */
export interface Submitting extends Attempts {
  readonly state: "submitting";
  readonly fencingToken: string;
  readonly intentAt: Date;
}

export interface Waiting extends OnServer {
  readonly state: "waiting";
}

export interface Running extends OnServer {
  readonly state: "running";
}

export interface Ready extends Finished, Attempts {
  readonly state: "ready";
}

/** A worker has claimed it, and extends the lease while it works. After `leaseUntil` the worker counts as dead. */
export interface Archiving extends Finished, Attempts {
  readonly state: "archiving";
  readonly fencingToken: string;
  readonly leaseUntil: Date;
}

export interface Archived extends Finished {
  readonly state: "archived";
  readonly archivedAt: Date;
}

export interface Failed {
  readonly state: "failed";
  readonly failedAt: Date;
  readonly failure: Failure;
  readonly server: OnServer | null;
}

export interface Canceled {
  readonly state: "canceled";
  readonly canceledAt: Date;
  readonly failure: Failure;
  readonly server: OnServer | null;
}

/** Other jobs request what it requested. */
export interface Split {
  readonly state: "split";
  readonly splitAt: Date;
  /** Why one request for all of it was not possible. */
  readonly failure: Failure;
  readonly server: OnServer | null;
}

export interface Lost extends Finished {
  readonly state: "lost";
  readonly lostAt: Date;
  readonly failure: Failure;
}

/** The states that count against the concurrency limit: the server has, or may have, the job. */
export const IN_FLIGHT: readonly StateName[] = ["submitting", "waiting", "running"];

const TERMINAL: ReadonlySet<StateName> = new Set(["archived", "failed", "canceled", "split", "lost"]);

export function isTerminal(state: StateName): boolean {
  return TERMINAL.has(state);
}

/** WFM's id of the job; `null` while it has none. */
export function jobIdOf(job: Job): JobId | null {
  if ("jobId" in job) return job.jobId;
  return "server" in job ? (job.server?.jobId ?? null) : null;
}
