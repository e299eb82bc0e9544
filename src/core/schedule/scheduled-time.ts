import { Cron } from "croner";
import { assertNever } from "../base/assert-never.ts";
import { type BusinessDate, businessDateAt } from "../base/business-date.ts";
import { MINUTE_MS } from "../base/clock.ts";
import { errorMessage } from "../base/error-message.ts";
import type { CatchUp, Schedule } from "../exports/schedule.ts";

/** One planned moment of a schedule, and the local date it belongs to. */
export interface ScheduledTime {
  readonly at: Date;
  readonly localDate: BusinessDate;
}

/** A scheduled time that is noticed later than this counts as missed, and `catchUp` decides about it. */
export const MISSED_AFTER_MS = 10 * MINUTE_MS;

/** Why a cron expression is refused: it does not have five fields, or it never matches. `null`: it is valid. */
export function explainBadCron(cron: string): string | null {
  if (cron.trim().split(/\s+/).length !== 5) return "a schedule has five fields: minute hour day month weekday";
  try {
    return new Cron(cron, { timezone: "UTC", mode: "5-part" }).nextRun(new Date(0)) ? null : "this schedule never comes due";
  } catch (error) {
    return errorMessage(error);
  }
}

/** The first scheduled time after `after`; `null` when there is none. */
export function nextScheduledTime(schedule: Schedule, after: Date): ScheduledTime | null {
  const at = new Cron(schedule.cron, { timezone: schedule.timeZone, mode: "5-part" }).nextRun(after);
  return at ? { at, localDate: businessDateAt(at, schedule.timeZone) } : null;
}

/**
 * The scheduled times to run now, oldest first, given the one that was due next. `next` is the one to wait for afterwards.
 */
export function dueScheduledTimes(
  schedule: Schedule,
  due: { readonly nextDueAt: Date; readonly catchUp: CatchUp },
  now: Date,
): { readonly times: ScheduledTime[]; readonly next: ScheduledTime | null } {
  const passed: ScheduledTime[] = [];
  let time: ScheduledTime | null = { at: due.nextDueAt, localDate: businessDateAt(due.nextDueAt, schedule.timeZone) };
  while (time && time.at <= now) {
    passed.push(time);
    time = nextScheduledTime(schedule, time.at);
  }
  return { times: selectScheduledTimes(passed, due.catchUp, now), next: time };
}

function selectScheduledTimes(passed: ScheduledTime[], catchUp: CatchUp, now: Date): ScheduledTime[] {
  switch (catchUp) {
    case "all":
      return passed;
    case "latest":
      return passed.slice(-1);
    case "none":
      return passed.filter((time) => now.getTime() - time.at.getTime() <= MISSED_AFTER_MS);
    default:
      return assertNever(catchUp);
  }
}
