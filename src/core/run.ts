import type { Interval } from "./business-date.ts";
import type { ResolvedSelection } from "./export-request.ts";
import type { Failure } from "./failure.ts";
import type { RunId } from "./ids.ts";
import { type StateName, isTerminal } from "./job.ts";
import type { SelectionChange } from "./selection-change.ts";

export type Trigger = "schedule" | "backfill" | "manual";

/** `pending` while anything may still change; `partial` when some of its jobs are archived for good and others are not. */
export type RunOutcome = "pending" | "archived" | "partial" | "failed" | "canceled" | "lost";

/** One execution of an export for one interval. */
export interface Run {
  readonly id: RunId;
  readonly exportName: string;
  readonly interval: Interval;
  /** 0 for the first run of an export and interval; a rerun counts on. */
  readonly generation: number;
  readonly trigger: Trigger;
  readonly slotAt: Date | null;
  readonly createdAt: Date;
  /** What the selection came to; `null` until the run was planned, and so has no jobs yet. */
  readonly selection: ResolvedSelection | null;
  /** How that differs from what the run before it came to; `null` when it does not. */
  readonly selectionChange: SelectionChange | null;
  readonly planning: { readonly attempt: number; readonly notBefore: Date | null; readonly lastFailure: Failure | null };
  readonly outcome: RunOutcome;
  readonly finishedAt: Date | null;
}

/** What a planned run has come to, from the states of its jobs. */
export function outcomeOf(states: readonly StateName[]): RunOutcome {
  const own = states.filter((state) => state !== "split");
  if (own.length === 0 || own.some((state) => !isTerminal(state))) return "pending";
  if (own.every((state) => state === "archived")) return "archived";
  if (own.includes("archived")) return "partial";
  if (own.includes("lost")) return "lost";
  return own.every((state) => state === "canceled") ? "canceled" : "failed";
}
