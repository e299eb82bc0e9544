import { HOUR_MS } from "../base/clock.ts";
import { RETENTION_MS } from "../jobs/deadline.ts";

/** A deadline warning is raised when this much of a result's retention time has passed, in percent. */
export const WARNING_LEVELS = [50, 80, 95] as const;
export type WarningLevel = (typeof WARNING_LEVELS)[number];

/** The instant at which a result with this deadline reaches the level. */
export function reachedAt(deadline: Date, level: WarningLevel): Date {
  return new Date(deadline.getTime() - (RETENTION_MS * (100 - level)) / 100);
}

/** The highest level that a result with this deadline has reached at `now`; `null`: none. */
export function warningLevel(deadline: Date, now: Date): WarningLevel | null {
  return WARNING_LEVELS.findLast((level) => reachedAt(deadline, level) <= now) ?? null;
}

/** Results with an earlier deadline have reached the first level at `now`: they are quarantined before anything else. */
export function warnBefore(now: Date): Date {
  return new Date(now.getTime() + RETENTION_MS / 2);
}

/** Hours until the deadline, with one decimal, for people. */
export function hoursLeft(deadline: Date, now: Date): number {
  return Math.round(((deadline.getTime() - now.getTime()) / HOUR_MS) * 10) / 10;
}
