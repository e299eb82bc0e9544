import { HOUR_MS } from "./clock.ts";
import { RETENTION_MS } from "./deadline.ts";

/** How much of a result's window has passed, in percent, when somebody has to hear of it. */
export const DANGER_LEVELS = [50, 80, 95] as const;
export type DangerLevel = (typeof DANGER_LEVELS)[number];

/** The instant at which a result with this deadline reaches the level. */
export function reachedAt(deadline: Date, level: DangerLevel): Date {
  return new Date(deadline.getTime() - (RETENTION_MS * (100 - level)) / 100);
}

/** The highest level that a result with this deadline has reached at `now`; `null`: it is in no danger. */
export function dangerLevel(deadline: Date, now: Date): DangerLevel | null {
  return DANGER_LEVELS.findLast((level) => reachedAt(deadline, level) <= now) ?? null;
}

/** Results whose deadline comes before this are in danger at `now`: they are first stored raw. */
export function endangeredBefore(now: Date): Date {
  return new Date(now.getTime() + RETENTION_MS / 2);
}

/** An instant as hours before a deadline, for people. */
export function hoursLeft(deadline: Date, now: Date): number {
  return Math.round(((deadline.getTime() - now.getTime()) / HOUR_MS) * 10) / 10;
}
