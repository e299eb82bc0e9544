import type { Interval } from "../base/business-date.ts";
import type { ResolvedSelection } from "../exports/export-request.ts";
import type { Failure } from "../base/failure.ts";
import type { RunId } from "../base/ids.ts";
import { type Job, type StateName, isTerminal } from "./job.ts";
import type { SelectionChange } from "../exports/selection-change.ts";

export const TRIGGERS = ["schedule", "backfill", "manual"] as const;

export type Trigger = (typeof TRIGGERS)[number];

/** `pending` while a job can still change; `partial` when all jobs have ended and only some are archived. */
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export const RUN_OUTCOMES = ["pending", "archived", "partial", "failed", "canceled", "lost"] as const;

/** One execution of an export for one interval. */
export interface Run {
  readonly id: RunId;
  readonly exportName: string;
  readonly interval: Interval;
  /** 0 for the first run of an export and interval, one more for each rerun. */
  readonly generation: number;
  readonly trigger: Trigger;
  readonly scheduledAt: Date | null;
  readonly createdAt: Date;
  /** The entities that the selection matched. `null`: the run is not planned yet, and has no jobs. */
  readonly selection: ResolvedSelection | null;
  /** How they differ from those of the previous run; `null`: they do not. */
  readonly selectionChange: SelectionChange | null;
  readonly planning: { readonly failedAttempts: number; readonly notBefore: Date | null; readonly lastFailure: Failure | null };
  readonly outcome: RunOutcome;
  readonly finishedAt: Date | null;
}

export interface RunWithJobs {
  readonly run: Run;
  readonly jobs: readonly Job[];
}

/** The outcome of a planned run, from the states of its jobs. */
export function outcomeOf(states: readonly StateName[]): RunOutcome {
  const own = states.filter((state) => state !== "split");
  if (own.length === 0 || own.some((state) => !isTerminal(state))) return "pending";
  if (own.every((state) => state === "archived")) return "archived";
  if (own.includes("archived")) return "partial";
  if (own.includes("lost")) return "lost";
  return own.every((state) => state === "canceled") ? "canceled" : "failed";
}
