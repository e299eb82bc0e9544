import type { Interval } from "../base/business-date.ts";
import type { Failure } from "../base/failure.ts";
import type { RunId } from "../base/ids.ts";
import type { CoveredJob } from "../coverage/coverage.ts";
import type { ResolvedSelection } from "../exports/export-request.ts";
import type { Job, StateName } from "../jobs/job.ts";
import type { Run, RunOutcome, RunWithJobs } from "../jobs/run.ts";
import type { LearnedSize } from "../plan/learned-size.ts";

export interface RunQuery {
  readonly exportName?: string;
  readonly limit: number;
}

/** A run that a worker plans, with what planning needs to know about its export. */
export interface ClaimedRun {
  readonly run: Run;
  readonly size: LearnedSize;
  /** What the export's latest planned run requested; `null` when none was planned yet. */
  readonly previousSelection: ResolvedSelection | null;
}

export interface RunRepository {
  /** `false` when the export, interval and generation exist already. */
  create(run: Run): Promise<boolean>;
  find(id: RunId): Promise<RunWithJobs | null>;
  /** Newest first. */
  list(query: RunQuery): Promise<readonly RunWithJobs[]>;
  /** The highest generation of an export's interval; `null` when it never ran. */
  latestGeneration(exportName: string, interval: Interval): Promise<number | null>;
  /**
   * Claims a run that is not planned yet and may be planned at `now`: this one when `id` is given, otherwise the oldest. Until `until` no
   * other process claims it. `null`: there is none.
   */
  claimUnplanned(claim: { readonly id: string | null; readonly now: Date; readonly until: Date }): Promise<ClaimedRun | null>;
  /** Gives an unplanned run its selection and jobs, in one step. `false`: it was planned or canceled meanwhile. */
  plan(run: Run, planned: Pick<Run, "selection" | "selectionChange">, jobs: readonly Job[]): Promise<boolean>;
  /** `false`: it was planned, canceled or postponed meanwhile. */
  postponePlanning(run: Run, notBefore: Date, failure: Failure): Promise<boolean>;
  /** The states of a pending run's jobs; `null` when the run has ended or does not exist. */
  jobStates(id: RunId): Promise<{ readonly run: Run; readonly states: readonly StateName[] } | null>;
  /** Ends a pending run whose jobs have all ended, or reopens one (`pending`, `null`). `false`: it changed meanwhile. */
  setOutcome(run: Run, outcome: RunOutcome, finishedAt: Date | null): Promise<boolean>;
  /** Pending runs whose jobs have all ended. */
  listUnfinished(limit: number): Promise<readonly RunId[]>;
  coverage(exportName: string, range: Interval): Promise<readonly CoveredJob[]>;
}
