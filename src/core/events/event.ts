import type { AlertBody } from "../alerts/alert.ts";
import type { WorkRole } from "../base/role.ts";
import type { Failure } from "../base/failure.ts";
import type { JobId, JobRowId, RunId } from "../base/ids.ts";
import type { StateName } from "../jobs/job.ts";
import type { RunOutcome, Trigger } from "../jobs/run.ts";

interface AboutRun {
  readonly runId: RunId;
  readonly export: string;
}

/** `id` is ours; `jobId` is WFM's, while the job has one. */
interface AboutJob {
  readonly id: JobRowId;
  readonly jobId?: JobId | null;
  readonly connection: string;
  readonly export: string;
}

interface AboutOrphan {
  readonly connection: string;
  readonly jobId: JobId;
}

/** What happened, for logs and metrics. Facts only, and never a secret. */
export type Event = RunEvent | JobEvent | ConnectionEvent | OperationsEvent;

type RunEvent =
  | ({ readonly event: "run.created"; readonly from: string; readonly to: string; readonly trigger: Trigger } & AboutRun)
  | ({ readonly event: "run.planned"; readonly jobs: number } & AboutRun)
  | ({ readonly event: "run.selection-changed"; readonly change: string } & AboutRun)
  | ({ readonly event: "run.names-unmatched"; readonly detail: string } & AboutRun)
  | ({ readonly event: "run.postponed"; readonly failure: Failure; readonly until: Date } & AboutRun)
  | ({ readonly event: "run.finished"; readonly outcome: RunOutcome } & AboutRun);

type JobEvent =
  | ({
      readonly event: "job.transitioned";
      readonly runId: RunId;
      readonly from: StateName;
      readonly to: StateName;
      readonly by: string;
      readonly failure: Failure | null;
    } & AboutJob)
  | ({ readonly event: "job.stored"; readonly uri: string; readonly bytes: number; readonly records: number } & AboutJob)
  | ({ readonly event: "job.split"; readonly runId: RunId; readonly chunks: number; readonly failure: Failure } & AboutJob)
  | ({ readonly event: "job.overdue"; readonly failure: Failure } & AboutJob)
  | ({ readonly event: "submission.in-doubt"; readonly failure: Failure } & AboutJob)
  | ({ readonly event: "submission.reconciled"; readonly outcome: "claim" | "resubmit"; readonly candidates: number } & AboutJob)
  /** A broken download continues with record `startRecord` of `records`. */
  | ({ readonly event: "result.resumed"; readonly startRecord: number; readonly records: number; readonly failure: Failure } & AboutJob)
  /** A broken download starts over: `dropped` of `records` records had arrived, and the server cannot continue after them. */
  | ({ readonly event: "result.restarted"; readonly dropped: number; readonly records: number; readonly failure: Failure } & AboutJob);

type ConnectionEvent =
  | {
      readonly event: "connection.polled";
      readonly connection: string;
      readonly inFlight: number;
      readonly listed: number;
      readonly nextInMs: number | null;
    }
  | { readonly event: "connection.poll-failed"; readonly connection: string; readonly failure: Failure; readonly nextInMs: number }
  | { readonly event: "connection.stopped"; readonly connection: string; readonly failure: Failure }
  | { readonly event: "status.word-unknown"; readonly connection: string; readonly word: string }
  | ({ readonly event: "result.quarantined"; readonly uri: string; readonly bytes: number } & AboutOrphan)
  | ({ readonly event: "orphan.found"; readonly deadline: Date } & AboutOrphan)
  | ({ readonly event: "orphan.gone"; readonly failure: Failure } & AboutOrphan);

type OperationsEvent =
  | { readonly event: "breaker.opened"; readonly dependency: string; readonly failure: Failure; readonly until: Date }
  | { readonly event: "breaker.closed"; readonly dependency: string; readonly since: Date; readonly failures: number }
  | { readonly event: "alert.raised"; readonly body: AlertBody; readonly text: string }
  | { readonly event: "alert.undelivered"; readonly id: string; readonly failedAttempts: number; readonly until: Date }
  | {
      readonly event: "uploads.aborted";
      readonly destination: string;
      readonly seen: number;
      readonly aborted: number;
      readonly failure: Failure | null;
    }
  | { readonly event: "database.unavailable"; readonly since: Date; readonly detail: string }
  /** Work goes on at polling pace. */
  | { readonly event: "wake-ups.unavailable"; readonly detail: string }
  | { readonly event: "wake-ups.available" }
  /** One unit of a role's work threw; the role tries again at its next poll interval. */
  | { readonly event: "work.failed"; readonly role: WorkRole | "heartbeat"; readonly detail: string };

export type Emit = (event: Event) => void;
