import { Temporal } from "temporal-polyfill";

/** A calendar date in an export's time zone, as `yyyy-MM-dd`. Published data are partitioned by it. */
export type BusinessDate = string & { readonly __brand: "BusinessDate" };

/** The first and last business date that a run covers, both inclusive. */
export interface Interval {
  readonly from: BusinessDate;
  readonly to: BusinessDate;
}

/** `null` when the text is not an existing calendar date written as `yyyy-MM-dd`. */
export function parseBusinessDate(text: string): BusinessDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" }).toString() as BusinessDate;
  } catch {
    return null;
  }
}

export function addDays(date: BusinessDate, days: number): BusinessDate {
  return Temporal.PlainDate.from(date).add({ days }).toString() as BusinessDate;
}

/** The calendar date that clocks in `timeZone` show at `instant`. */
export function businessDateAt(instant: Date, timeZone: string): BusinessDate {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString() as BusinessDate;
}

/** Every date of the interval, in order; empty when it ends before it starts. */
export function datesOf(interval: Interval): BusinessDate[] {
  const dates: BusinessDate[] = [];
  for (let date = interval.from; date <= interval.to; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** Accepts IANA names such as `America/Chicago`. Refuses an offset such as `+05:30`, because it does not follow clock changes. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
