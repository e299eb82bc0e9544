import { Cron } from "croner";
import { assertNever } from "./assert-never.ts";
import { type BusinessDate, businessDateAt } from "./business-date.ts";

/** When an export is due: a five-field cron expression, read by the clocks of `timeZone`. */
export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
}

/** One planned moment of a schedule, and the local date it belongs to. */
export interface Slot {
  readonly at: Date;
  readonly localDate: BusinessDate;
}

/** What to do about slots that passed while nothing ran. */
export type CatchUp = "all" | "latest" | "none";

/** A slot seen later than this counts as missed: only then does `catchUp` have a say. */
export const MISSED_AFTER_MS = 10 * 60 * 1000;

/** Refuses expressions that are not five fields, or that never match. Returns why, or `null` when it is good. */
export function explainBadCron(cron: string): string | null {
  if (cron.trim().split(/\s+/).length !== 5) return "a schedule has five fields: minute hour day month weekday";
  try {
    return new Cron(cron, { timezone: "UTC", mode: "5-part" }).nextRun(new Date(0)) ? null : "this schedule never comes due";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The first slot after `after`, or `null` when the schedule has none. */
export function nextSlot(schedule: Schedule, after: Date): Slot | null {
  const at = new Cron(schedule.cron, { timezone: schedule.timeZone, mode: "5-part" }).nextRun(after);
  return at ? { at, localDate: businessDateAt(at, schedule.timeZone) } : null;
}

/**
 * The slots to run now, oldest first, given the slot that was due next when we last looked.
 * `next` is the slot to wait for afterwards.
 */
export function dueSlots(
  schedule: Schedule,
  due: { readonly nextDueAt: Date; readonly catchUp: CatchUp },
  now: Date,
): { readonly slots: Slot[]; readonly next: Slot | null } {
  const passed: Slot[] = [];
  let slot: Slot | null = { at: due.nextDueAt, localDate: businessDateAt(due.nextDueAt, schedule.timeZone) };
  while (slot && slot.at <= now) {
    passed.push(slot);
    slot = nextSlot(schedule, slot.at);
  }
  return { slots: selectSlots(passed, due.catchUp, now), next: slot };
}

function selectSlots(passed: Slot[], catchUp: CatchUp, now: Date): Slot[] {
  switch (catchUp) {
    case "all":
      return passed;
    case "latest":
      return passed.slice(-1);
    case "none":
      return passed.filter((slot) => now.getTime() - slot.at.getTime() <= MISSED_AFTER_MS);
    default:
      return assertNever(catchUp);
  }
}
