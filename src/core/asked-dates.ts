import { type BusinessDate, type Interval, addDays, parseBusinessDate } from "./business-date.ts";
import type { ExportRequest } from "./export-request.ts";
import { findExporter, mayCutByDate } from "./exporter-catalog.ts";

/** Which business dates a date column of a result may have. */
export interface AskedDates {
  readonly interval: Interval;
  /** The orders of year, month and day in which a date may be written; `iso` is `yyyy-MM-dd`. */
  readonly formats: readonly string[];
  /** Whether a value that is written in none of them tells anything: XML's way of writing dates is not documented. */
  readonly isStrict: boolean;
}

/**
 * The dates that may stand under a column's name; `null` where the request says nothing about it. The rows of agents' data and of
 * vacations are about agents, whatever the dates in them.
 */
export function askedDatesFor(exporter: string, request: ExportRequest, column: string): AskedDates | null {
  const definition = findExporter(exporter);
  if (!DATE_COLUMNS.has(column) || (definition && !mayCutByDate(definition, {}))) return null;
  const from = parseBusinessDate(request.startDate);
  const to = parseBusinessDate(request.endDate);
  if (!from || !to) return null;
  const isWhole = request["disableMidnightCutOff"] === true;
  const slack = isWhole || column === "scheddate" ? 1 : 0;
  const given = typeof request["dateFormat"] === "string" ? [request["dateFormat"].toLowerCase()] : [];
  const formats = request.outputFormat === "PIPE" ? given : ["iso", ...given];
  return {
    interval: { from: addDays(from, -slack), to: addDays(to, slack) },
    formats,
    isStrict: request.outputFormat !== "XML" && formats.length > 0,
  };
}

/** A schedule that crosses midnight has the date on which it began, or reaches into the next one. */
const DATE_COLUMNS: ReadonlySet<string> = new Set(["date", "excdate", "scheddate"]);

/** Whether a value can be one of these dates. A blank one tells nothing. */
export function isAskedDate(value: string, { interval, formats, isStrict }: AskedDates): boolean {
  if (value === "") return true;
  const readings = formats.flatMap((format) => readDate(value, format) ?? []);
  if (readings.length === 0) return !isStrict;
  return readings.some((date) => interval.from <= date && date <= interval.to);
}

/** `null` when it is not written so. Digits may be kept apart by what a locale puts between them; a time may follow an ISO date. */
function readDate(value: string, format: string): BusinessDate | null {
  if (format === "iso") return /^\d{4}-\d{2}-\d{2}(?:$|[T ])/.test(value) ? parseBusinessDate(value.slice(0, 10)) : null;
  const digits = value.replace(/[-/. ]/g, "");
  if (!/^\d+$/.test(digits) || digits.length !== format.length) return null;
  const part = (letters: string): string => digits.slice(format.indexOf(letters), format.indexOf(letters) + letters.length);
  const year = format.includes("yyyy") ? part("yyyy") : `20${part("yy")}`;
  return parseBusinessDate(`${year}-${part("mm")}-${part("dd")}`);
}
