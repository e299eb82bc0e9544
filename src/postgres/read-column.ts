import { type BusinessDate, type Interval, parseBusinessDate } from "../core/base/business-date.ts";
import { type RowPlace, UnreadableRow } from "./unreadable-row.ts";

/** Reads a column that may be null in other states of the row, but not in this one. */
export function readPresent<T>(place: RowPlace, column: string, value: T | null): T {
  if (value === null) throw new UnreadableRow(place, `${column} is missing`);
  return value;
}

export function readWord<T extends string>(place: RowPlace, column: string, { value, words }: { value: string; words: readonly T[] }): T {
  const word = words.find((known) => known === value);
  if (word === undefined) throw new UnreadableRow(place, `${column} is none of ${words.join(", ")}`);
  return word;
}

export function readInterval(place: RowPlace, row: { readonly fromDate: string; readonly toDate: string }): Interval {
  return { from: readDate(place, "from_date", row.fromDate), to: readDate(place, "to_date", row.toDate) };
}

/** Reads a count from a `bigint` column. Beyond 2^53 a JavaScript number is not exact. */
export function readCount(place: RowPlace, column: string, value: bigint | null): number | null {
  if (value === null) return null;
  const count = Number(value);
  if (!Number.isSafeInteger(count)) throw new UnreadableRow(place, `${column} is too large`);
  return count;
}

function readDate(place: RowPlace, column: string, value: string): BusinessDate {
  const date = parseBusinessDate(value);
  if (date === null) throw new UnreadableRow(place, `${column} is not a calendar date`);
  return date;
}
