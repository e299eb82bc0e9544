import type { Alarm } from "./alarm.ts";
import type { AliveJobs } from "./budget.ts";
import type { Interval } from "./business-date.ts";
import type { CoveredJob } from "./coverage.ts";
import type { ConnectionDefinition, ExportDefinition } from "./export-definition.ts";
import type { ResolvedSelection } from "./export-request.ts";
import type { Failure } from "./failure.ts";
import type { JobId, OrphanId, RunId, VendorJobId } from "./ids.ts";
import type { Job, JobFacts, StateName, Submitting } from "./job.ts";
import type { LearnedSize } from "./learned-size.ts";
import type { Orphan } from "./orphan.ts";
import type { ClosedSystems, Outage, System } from "./outage.ts";
import type { Role } from "./role.ts";
import type { Run, RunOutcome } from "./run.ts";
import type { StagedResult } from "./stored-object.ts";

/**
 * The truth, as ports. Every change of a job or run is fenced by what it was when it was loaded; `false` means that
 * somebody else was faster, which is a normal outcome.
 */
export interface Stores {
  readonly exports: ExportStore;
  readonly connections: ConnectionStore;
  readonly runs: RunStore;
  readonly jobs: JobStore;
  readonly artifacts: ArtifactStore;
  readonly processes: ProcessStore;
  readonly outages: OutageStore;
  readonly orphans: OrphanStore;
  readonly alarms: AlarmStore;
  readonly duties: DutyStore;
}

/** A schedule's place: which slot is due next. */
export interface DueExport {
  readonly name: string;
  readonly nextDueAt: Date | null;
}

export interface ExportStore {
  /** Makes the tables know the configuration. Exports that are gone from it keep their history, and are not due any more. */
  sync(connections: readonly ConnectionDefinition[], exports: readonly ExportDefinition[]): Promise<void>;
  due(name: string): Promise<DueExport | null>;
  /** Sets the slot that is due next, if it still is `seen`. */
  advance(name: string, seen: Date | null, next: Date | null): Promise<boolean>;
  /** What earlier nights have shown about the size of the export's results. */
  size(name: string): Promise<LearnedSize>;
  setSize(name: string, size: LearnedSize): Promise<void>;
  /** In one step: advances from `seen` to `next`, and creates the runs of the slots between. Runs that exist already stay as they are. */
  claimSlots(name: string, seen: Date, next: Date | null, runs: readonly Run[]): Promise<boolean>;
}

export interface LookTurn {
  readonly nextLookAt: Date | null;
  readonly failedLooks: number;
}

export interface ConnectionStore {
  turn(connection: string): Promise<LookTurn>;
  /** Takes the turn to look, if it is due at `now` and nobody else took it; the next turn is then not before `until`. */
  takeTurn(connection: string, now: Date, until: Date): Promise<boolean>;
  /** Records how the look went and when the next one is due (`null`: nothing to look at). */
  setTurn(connection: string, turn: LookTurn): Promise<void>;
  /** How many logins in a row were refused since the connection was configured as it is. */
  refusedLogins(connection: string): Promise<number>;
  /** Counts a refused login, or forgets those before an accepted one; returns the count after it. */
  recordLogin(connection: string, outcome: "accepted" | "refused"): Promise<number>;
}

export interface RunQuery {
  readonly exportName?: string;
  readonly limit: number;
}

export interface RunWithJobs {
  readonly run: Run;
  readonly jobs: readonly Job[];
}

export interface RunStore {
  /** `false` when the export, interval and generation exist already. */
  create(run: Run): Promise<boolean>;
  find(id: RunId): Promise<RunWithJobs | null>;
  /** Newest first. */
  list(query: RunQuery): Promise<readonly RunWithJobs[]>;
  /** The highest generation of an export's interval; `null` when it never ran. */
  latestGeneration(exportName: string, interval: Interval): Promise<number | null>;
  /** Runs without jobs yet, that may be planned at `now`, oldest first. */
  listUnplanned(now: Date, limit: number): Promise<readonly Run[]>;
  /** What the export's latest planned run asked for. */
  latestSelection(exportName: string): Promise<ResolvedSelection | null>;
  /** Gives an unplanned run its selection and jobs, in one step. */
  plan(run: Run, planned: Pick<Run, "selection" | "selectionChange">, jobs: readonly Job[]): Promise<boolean>;
  postponePlanning(run: Run, notBefore: Date, failure: Failure): Promise<boolean>;
  /** Ends a pending run whose jobs are all over, or opens one again (`pending`, `null`). */
  setOutcome(run: Run, outcome: RunOutcome, finishedAt: Date | null): Promise<boolean>;
  /** Pending runs whose jobs are all over: they still have to be finished. */
  listUnfinished(limit: number): Promise<readonly RunWithJobs[]>;
  coverage(exportName: string, range: Interval): Promise<readonly CoveredJob[]>;
}

export interface ReadyQuery {
  readonly now: Date;
  readonly closed: ClosedSystems;
  readonly limit: number;
}

export interface JobStore {
  find(id: JobId): Promise<Job | null>;
  /** Stores a move made by `moveJob`, with a line in the job's history, fenced by the state and version it leaves. */
  move(before: Job, after: Job, event: string): Promise<boolean>;
  /** Stores the move of a job to `split`, together with the jobs that take its place. */
  split(before: Job, after: Job, pieces: readonly Job[]): Promise<boolean>;
  /** The same for a move to `submitting`, in one step with the check of the connection's budget and of its open intents. */
  moveWithinBudget(before: Job, after: Job, budget: number): Promise<"moved" | "no-place" | "intent-unsettled" | "lost-race">;
  /** Jobs of a connection in these states, oldest first. */
  listByState(connection: string, states: readonly StateName[], limit?: number): Promise<readonly Job[]>;
  /** Pending jobs of a connection that may be submitted at `now`, oldest first. */
  listSubmittable(connection: string, now: Date, limit: number): Promise<readonly Job[]>;
  alive(connection: string): Promise<AliveJobs>;
  /**
   * Ready jobs that may be archived at `now`, most urgent deadline first; those in danger that are nowhere but on the server
   * come before all others. A job needs its destination, and its connection unless its result is already here.
   */
  listReady(query: ReadyQuery): Promise<readonly Job[]>;
  /** Jobs whose result is, or may be, on the server only and has to be safe before `before`; the most urgent first. */
  listEndangered(before: Date, limit: number): Promise<readonly Job[]>;
  /** Records that the server had not finished these jobs at `at`. */
  markAlive(ids: readonly JobId[], at: Date): Promise<void>;
  /** Keeps a lease alive; `false` when it is no longer ours. */
  extendLease(id: JobId, token: string, leaseUntil: Date): Promise<boolean>;
  /** Archiving jobs whose lease has run out at `now`. */
  listExpiredLeases(now: Date, limit: number): Promise<readonly Job[]>;
  /** Jobs of the export whose results go into this folder, of every run, oldest first. */
  listOfFolder(exportName: string, partition: Interval): Promise<readonly Job[]>;
  /** Which of these vendor ids a row of ours has, or ever had; those that it disowned do not count. */
  claimedVendorIds(connection: string, ids: readonly VendorJobId[]): Promise<ReadonlySet<string>>;
  /** Vendor ids that the job had once, and that were not its own. */
  disownedVendorIds(id: JobId): Promise<ReadonlySet<string>>;
  /** Connections that have jobs in these states. */
  connectionsWith(states: readonly StateName[]): Promise<readonly string[]>;
  /** The median time from submit to completion of the export's latest archived jobs, in milliseconds; `null` when there is none. */
  expectedDurationMs(exportName: string): Promise<number | null>;
  history(id: JobId): Promise<readonly JobMove[]>;
}

/** One line of the append-only history of state changes. */
export interface JobMove {
  readonly from: StateName | null;
  readonly to: StateName;
  readonly event: string;
  readonly at: Date;
}

export type SubmittingJob = JobFacts & Submitting;

/** What is known of a job's stored result. */
export interface Artifact {
  readonly jobId: JobId;
  readonly uri: string;
  readonly result: StagedResult;
  /** `null` until the object is committed and proven. */
  readonly committedAt: Date | null;
}

export interface ArtifactStore {
  /** Remembers a staged result before it is committed, in place of what the job had staged before. */
  stage(artifact: Artifact): Promise<void>;
  /**
   * Notes that an upload was committed; the first time stays. `false`: it is not what the job has staged any more, because somebody else
   * has the job now.
   */
  markCommitted(jobId: JobId, uploadId: string, at: Date): Promise<boolean>;
  find(jobId: JobId): Promise<Artifact | null>;
  listOfRun(runId: RunId): Promise<readonly Artifact[]>;
  /** Forgets a staged result that was taken back. */
  forget(jobId: JobId): Promise<void>;
}

/** The circuit breakers: which systems do not do their work now. */
export interface OutageStore {
  list(): Promise<readonly Outage[]>;
  /** Stores an outage in place of what was known of it; `true` when nothing was. */
  put(outage: Outage): Promise<boolean>;
  /** Takes the right to ask a system for all, if it is due at `now` and nobody else took it; the next may not before `until`. */
  claimProbe(system: System, now: Date, until: Date): Promise<boolean>;
  /** `false` when there was none. */
  end(system: System): Promise<boolean>;
}

export interface OrphanStore {
  /** Those of the vendor ids that are orphans already, whatever became of them. */
  known(connection: string, ids: readonly VendorJobId[]): Promise<ReadonlySet<string>>;
  /** `false` when the connection has an orphan with this vendor id already. */
  add(orphan: Orphan): Promise<boolean>;
  /** Found orphans of these connections that may be rescued at `now`, most urgent deadline first. */
  listFound(query: { readonly connections: readonly string[]; readonly now: Date; readonly limit: number }): Promise<readonly Orphan[]>;
  /** Stores a move, fenced by the state and version it leaves. */
  move(before: Orphan, after: Orphan): Promise<boolean>;
  /** Keeps a lease alive; `false` when it is no longer ours. */
  extendLease(id: OrphanId, token: string, leaseUntil: Date): Promise<boolean>;
  /** Orphans whose rescuer's lease has run out at `now`. */
  listExpiredLeases(now: Date, limit: number): Promise<readonly Orphan[]>;
  /** Newest first. */
  list(limit: number): Promise<readonly Orphan[]>;
}

/** News for people, kept until it was told. */
export interface AlarmStore {
  /** Keeps those whose ids are new, and returns them. */
  raise(alarms: readonly Alarm[]): Promise<readonly Alarm[]>;
  /** Not told yet, and due at `now`, oldest first. */
  listUntold(now: Date, limit: number): Promise<readonly UntoldAlarm[]>;
  markTold(id: string, at: Date): Promise<void>;
  postpone(id: string, attempt: number, notBefore: Date): Promise<void>;
}

export interface UntoldAlarm extends Alarm {
  /** How often telling it has failed. */
  readonly attempt: number;
}

export interface ProcessStore {
  beat(process: { readonly id: string; readonly roles: readonly Role[]; readonly at: Date }): Promise<void>;
  remove(id: string): Promise<void>;
  /** Roles that some process has beaten for since `since`. */
  rolesAliveSince(since: Date): Promise<ReadonlySet<Role>>;
}

/** Whose turn it is to do what is done rarely, whichever replica comes first. */
export interface DutyStore {
  /** Takes the duty, if it is due at `now` and nobody else took it; it is then not due before `until`. */
  take(duty: string, now: Date, until: Date): Promise<boolean>;
}
