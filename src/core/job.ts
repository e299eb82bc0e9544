import type { Interval } from "./business-date.ts";
import type { ExportRequest } from "./export-request.ts";
import type { OutputFormat } from "./exporter-catalog.ts";
import type { Failure } from "./failure.ts";
import type { JobId, RunId, VendorJobId } from "./ids.ts";
import type { RescuedCopy } from "./rescue.ts";
import type { Announced } from "./smartsync.ts";

/** One request submitted, or to be submitted, to WFM. Each state carries exactly the data that is valid in it. */
export type Job = JobFacts & JobState;

/** What never changes about a job. */
export interface JobFacts {
  readonly id: JobId;
  readonly runId: RunId;
  readonly exportName: string;
  readonly connection: string;
  readonly exporter: string;
  readonly destination: string;
  readonly outputFormat: OutputFormat;
  /** The business dates it asks for. */
  readonly interval: Interval;
  /** The business dates of the folder that its result is published in: its own, or more when it is one part of several. */
  readonly partition: Interval;
  /** Its place among the parts of that folder: unique there, and in their order. */
  readonly part: number;
  /** The job that it was cut from. */
  readonly splitFrom: JobId | null;
  readonly request: ExportRequest;
  readonly createdAt: Date;
  /** Counts the moves; the fence of every stored change. */
  readonly version: number;
}

export type JobState = Pending | Submitting | Waiting | Running | Ready | Archiving | Archived | Failed | Canceled | Split | Lost;

export type StateName = JobState["state"];

/** How often the present step was tried without success, when to try again, and why the last try did not succeed. */
export interface Tries {
  readonly attempt: number;
  readonly notBefore: Date | null;
  readonly lastFailure: Failure | null;
}

export interface OnServer {
  readonly vendorJobId: VendorJobId;
  /** Found on the server after its answer was lost. Not certainly ours, so its result is held against what was asked for. */
  readonly isAdopted: boolean;
  readonly submittedAt: Date;
  /** The last look at which the server had not finished it yet. */
  readonly lastSeenAliveAt: Date;
}

export interface Finished extends OnServer {
  readonly completedAt: Date;
  /** The instant by which the result must be safe. */
  readonly deadline: Date;
  readonly announced: Announced;
  /** The exporter's own report about the result (`additionalDetails`). */
  readonly report: string | null;
  /** Set while the result lies raw in the destination, because it was in danger: WFM is not needed for it any more. */
  readonly rescue: RescuedCopy | null;
}

export interface Pending extends Tries {
  readonly state: "pending";
}

/** The intent: written before the POST leaves, so that a crash can be settled afterwards. */
export interface Submitting extends Tries {
  readonly state: "submitting";
  readonly token: string;
  readonly intentAt: Date;
}

export interface Waiting extends OnServer {
  readonly state: "waiting";
}

export interface Running extends OnServer {
  readonly state: "running";
}

export interface Ready extends Finished, Tries {
  readonly state: "ready";
}

/** A worker has it. The lease is kept alive while it works; past `leaseUntil` the worker is taken for dead. */
export interface Archiving extends Finished, Tries {
  readonly state: "archiving";
  readonly token: string;
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

/** Other jobs ask for what it asked for. */
export interface Split {
  readonly state: "split";
  readonly splitAt: Date;
  /** Why one request for all of it did not do. */
  readonly failure: Failure;
  readonly server: OnServer | null;
}

export interface Lost extends Finished {
  readonly state: "lost";
  readonly lostAt: Date;
  readonly failure: Failure;
}

/** States that count against the budget: the server is, or may be, working on the job. */
export const ALIVE_ON_SERVER: readonly StateName[] = ["submitting", "waiting", "running"];

const TERMINAL: ReadonlySet<StateName> = new Set(["archived", "failed", "canceled", "split", "lost"]);

export function isTerminal(state: StateName): boolean {
  return TERMINAL.has(state);
}
