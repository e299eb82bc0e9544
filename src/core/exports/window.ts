import { addDays, type BusinessDate, type Interval } from "../base/business-date.ts";

/** Business dates relative to the local date of a scheduled time: `{ fromDays: -7, toDays: -1 }` is the week before it. */
export interface Window {
  readonly fromDays: number;
  readonly toDays: number;
}

/** Reads `-1d`, `0d`, `+14d`; `null` for anything else. */
export function parseDayOffset(text: string): number | null {
  const match = /^([+-]?\d{1,4})d$/.exec(text);
  return match ? Number(match[1]) : null;
}

export function intervalFor(window: Window, localDate: BusinessDate): Interval {
  return { from: addDays(localDate, window.fromDays), to: addDays(localDate, window.toDays) };
}
