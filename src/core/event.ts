import type { Failure } from "./failure.ts";
import type { JobId, RunId } from "./ids.ts";
import type { News } from "./alarm.ts";
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
  | { readonly event: "run.names-unmatched"; readonly runId: RunId; readonly export: string; readonly detail: string }
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
  | { readonly event: "submit.unanswered"; readonly jobId: JobId; readonly connection: string; readonly failure: Failure }
  | { readonly event: "job.overdue"; readonly jobId: JobId; readonly export: string; readonly failure: Failure }
  | {
      readonly event: "connection.looked";
      readonly connection: string;
      readonly alive: number;
      readonly listed: number;
      readonly nextInMs: number | null;
    }
  | { readonly event: "connection.look-failed"; readonly connection: string; readonly failure: Failure; readonly nextInMs: number }
  | { readonly event: "connection.stopped"; readonly connection: string; readonly failure: Failure }
  | { readonly event: "outage.began"; readonly system: string; readonly failure: Failure; readonly until: Date }
  | { readonly event: "outage.ended"; readonly system: string; readonly since: Date; readonly failures: number }
  | {
      readonly event: "result.rescued";
      readonly connection: string;
      readonly vendorJobId: string;
      readonly uri: string;
      readonly bytes: number;
    }
  | { readonly event: "orphan.found"; readonly connection: string; readonly vendorJobId: string; readonly deadline: Date }
  | { readonly event: "orphan.gone"; readonly connection: string; readonly vendorJobId: string; readonly failure: Failure }
  | { readonly event: "alarm.raised"; readonly news: News; readonly text: string }
  | { readonly event: "alarm.untold"; readonly id: string; readonly attempt: number; readonly until: Date }
  | { readonly event: "status.word-unknown"; readonly connection: string; readonly word: string }
  | { readonly event: "sweep.done"; readonly broughtBack: number }
  | { readonly event: "message.unsent"; readonly queue: string; readonly messages: number; readonly detail: string }
  | {
      readonly event: "uploads.swept";
      readonly destination: string;
      readonly seen: number;
      readonly aborted: number;
      readonly failure: Failure | null;
    }
  | { readonly event: "process.blind"; readonly since: Date; readonly detail: string }
  | { readonly event: "process.silent"; readonly queue: string; readonly ageMs: number }
  | { readonly event: "message.failed"; readonly queue: string; readonly detail: string };

export type Emit = (event: Event) => void;
