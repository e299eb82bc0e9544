import type { Interval } from "../base/business-date.ts";
import type { JobId, JobRowId } from "../base/ids.ts";
import type { Dependency } from "../breakers/circuit-breaker.ts";
import type { Artifact } from "../jobs/artifact.ts";
import type { Archiving, Job, JobFacts, StateName, Submitting } from "../jobs/job.ts";
import type { Run } from "../jobs/run.ts";
import type { TransitionRecord } from "../jobs/transition.ts";

export type SubmittingJob = JobFacts & Submitting;
export type ArchivingJob = JobFacts & Archiving;

/** Which jobs a claim may take: those whose dependencies all have closed breakers, or those that need one which the claimer probes. */
export type ClaimScope = "closed-breakers" | { readonly probing: readonly Dependency[] };

export interface SubmissionClaim {
  readonly scope: ClaimScope;
  readonly now: Date;
  readonly fencingToken: string;
  /** The connection is polled by then, so that a crash during the POST is noticed. */
  readonly pollBy: Date;
}

export interface ResultClaim {
  /** `null`: the most urgent result. */
  readonly id: string | null;
  readonly scope: ClaimScope;
  readonly now: Date;
  readonly fencingToken: string;
  readonly leaseUntil: Date;
}

export interface ClaimedResult {
  readonly job: ArchivingJob;
  /** What an earlier attempt staged. */
  readonly artifact: Artifact | null;
}

/** A run's jobs of one partition with what they have staged, in the order of their chunks; jobs that were split are left out. */
export interface PartitionRows {
  readonly run: Run;
  readonly chunks: readonly { readonly job: Job; readonly artifact: Artifact | null }[];
  /** Whether a worker has claimed another job of the partition, of this run or another one. */
  readonly isShared: boolean;
}

export interface JobRepository {
  find(id: JobRowId): Promise<Job | null>;
  /**
   * Stores a transition with its line of history. Checks the state and version that it leaves (optimistic lock). `false`: another process
   * changed the job first, or another row has its job id.
   */
  transition(before: Job, after: Job, event: string): Promise<boolean>;
  /** Stores the transition of a job to `split`, together with the jobs that replace it. */
  split(before: Job, after: Job, chunks: readonly Job[]): Promise<boolean>;
  /**
   * Claims the oldest pending job that may be submitted at `now`: its connection is below its concurrency limit, and has no submission in
   * doubt for the same exporter and format. The job is `submitting` afterwards. `null`: there is none. The limit holds however many
   * processes claim at once.
   */
  claimSubmission(claim: SubmissionClaim): Promise<SubmittingJob | null>;
  /**
   * Claims a ready result that may be archived at `now`, the earliest deadline first; those near their deadline that are only on the server
   * come before all others. A job needs its destination, and its connection unless its result was quarantined.
   */
  claimReady(claim: ResultClaim): Promise<ClaimedResult | null>;
  /** Read after the claim: who claims a job and then sees no other claimed is the only one to publish the partition. */
  loadPartition(job: JobFacts): Promise<PartitionRows>;
  /** Jobs of a connection in these states, oldest first. */
  listByState(connection: string, states: readonly StateName[]): Promise<readonly Job[]>;
  /** Jobs whose result is, or may be, only on the server and has to be safe before `before`; the most urgent first. */
  listNearDeadline(before: Date, limit: number): Promise<readonly Job[]>;
  /** Records that the server had not finished these jobs at `at`. */
  markInFlight(ids: readonly JobRowId[], at: Date): Promise<void>;
  /** `false` when the lease is no longer ours. */
  extendLease(id: JobRowId, fencingToken: string, leaseUntil: Date): Promise<boolean>;
  /** Archiving jobs whose lease has expired at `now`. */
  listExpiredLeases(now: Date, limit: number): Promise<readonly Job[]>;
  /** Jobs of the export whose results belong to this partition, of every run, oldest first. */
  listOfPartition(exportName: string, partition: Interval): Promise<readonly Job[]>;
  /** Which of these job ids a row of ours has, or ever had; ids of rejected claims do not count. */
  claimedJobIds(connection: string, ids: readonly JobId[]): Promise<ReadonlySet<string>>;
  /** Job ids that the job claimed once and then rejected. */
  rejectedJobIds(id: JobRowId): Promise<ReadonlySet<string>>;
  /** Connections that have jobs in these states. */
  connectionsWith(states: readonly StateName[]): Promise<readonly string[]>;
  /** For each export, the median time in milliseconds from submission to completion of its latest archived jobs; absent: unknown. */
  expectedDurationsMs(exportNames: readonly string[]): Promise<ReadonlyMap<string, number>>;
  history(id: JobRowId): Promise<readonly TransitionRecord[]>;
}
