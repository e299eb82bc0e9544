import type { Failure } from "./failure.ts";
import type { JobId, RunId } from "./ids.ts";
import type { StateName } from "./job.ts";
import type { RunOutcome, Trigger } from "./run.ts";

/** What happened, for logs and metrics. Facts only, and never a secret. */
export type Event =
  | {
      readonly event: "run.created";
      readonly runId: RunId;
      readonly export: string;
      readonly from: string;
      readonly to: string;
      readonly trigger: Trigger;
    }
  | { readonly event: "run.planned"; readonly runId: RunId; readonly export: string; readonly jobs: number }
  | { readonly event: "run.selection-changed"; readonly runId: RunId; readonly export: string; readonly change: string }
  | { readonly event: "run.postponed"; readonly runId: RunId; readonly export: string; readonly failure: Failure; readonly until: Date }
  | { readonly event: "run.finished"; readonly runId: RunId; readonly export: string; readonly outcome: RunOutcome }
  | {
      readonly event: "job.moved";
      readonly jobId: JobId;
      readonly runId: RunId;
      readonly export: string;
      readonly from: StateName;
      readonly to: StateName;
      readonly by: string;
      readonly failure: Failure | null;
    }
  | {
      readonly event: "job.stored";
      readonly jobId: JobId;
      readonly export: string;
      readonly uri: string;
      readonly bytes: number;
      readonly records: number;
    }
  | {
      readonly event: "result.resumed";
      readonly jobId: JobId;
      readonly export: string;
      /** The record that it goes on with, of so many. */
      readonly startRecord: number;
      readonly records: number;
      readonly failure: Failure;
    }
  | {
      readonly event: "result.restarted";
      readonly jobId: JobId;
      readonly export: string;
      /** How many records have come in vain, of so many: the server cannot go on behind them. */
      readonly dropped: number;
      readonly records: number;
      readonly failure: Failure;
    }
  | {
      readonly event: "job.split";
      readonly jobId: JobId;
      readonly runId: RunId;
      readonly export: string;
      readonly pieces: number;
      readonly failure: Failure;
    }
  | { readonly event: "intent.settled"; readonly jobId: JobId; readonly verdict: "adopt" | "resubmit"; readonly strangers: number }
  | {
      readonly event: "connection.looked";
      readonly connection: string;
      readonly alive: number;
      readonly listed: number;
      readonly nextInMs: number | null;
    }
  | { readonly event: "connection.look-failed"; readonly connection: string; readonly failure: Failure; readonly nextInMs: number }
  | { readonly event: "connection.stopped"; readonly connection: string; readonly failure: Failure }
  | { readonly event: "status.word-unknown"; readonly connection: string; readonly word: string }
  | { readonly event: "sweep.done"; readonly sent: number; readonly recovered: number }
  | { readonly event: "message.failed"; readonly queue: string; readonly detail: string };

export type Emit = (event: Event) => void;
