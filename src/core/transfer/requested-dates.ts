import { type BusinessDate, type Interval, addDays, parseBusinessDate } from "../base/business-date.ts";
import type { ExportRequest } from "../exports/export-request.ts";

/** A request, and whether each row of its result belongs to one business date. */
export interface Requested {
  readonly request: ExportRequest;
  /** `false` for exporters whose rows describe agents or vacations: their dates may be any. */
  readonly isByDate: boolean;
}

/** Which business dates a date column of a result may contain. */
export interface RequestedDates {
  readonly interval: Interval;
  /** The orders of year, month and day in which a date may be written; `iso` is `yyyy-MM-dd`. */
  readonly formats: readonly string[];
  /** Whether a value in none of these formats proves anything. XML's date format is not documented. */
  readonly isStrict: boolean;
}

/** A schedule that crosses midnight carries the date on which it began, or reaches into the next one. */
const DATE_COLUMNS: ReadonlySet<string> = new Set(["date", "excdate", "scheddate"]);

/** The dates that this column may contain; `null`: the request does not restrict the column. */
export function requestedDatesFor({ request, isByDate }: Requested, column: string): RequestedDates | null {
  if (!isByDate || !DATE_COLUMNS.has(column)) return null;
  const from = parseBusinessDate(request.startDate);
  const to = parseBusinessDate(request.endDate);
  if (!from || !to) return null;
  const reachesIntoNextDay = request["disableMidnightCutOff"] === true;
  const slackDays = reachesIntoNextDay || column === "scheddate" ? 1 : 0;
  const given = typeof request["dateFormat"] === "string" ? [request["dateFormat"].toLowerCase()] : [];
  const formats = request.outputFormat === "PIPE" ? given : ["iso", ...given];
  return {
    interval: { from: addDays(from, -slackDays), to: addDays(to, slackDays) },
    formats,
    isStrict: request.outputFormat !== "XML" && formats.length > 0,
  };
}

/** Whether a value can be one of these dates. An empty value proves nothing. */
export function isRequestedDate(value: string, { interval, formats, isStrict }: RequestedDates): boolean {
  if (value === "") return true;
  const readings = formats.flatMap((format) => readDate(value, format) ?? []);
  if (readings.length === 0) return !isStrict;
  return readings.some((date) => interval.from <= date && date <= interval.to);
}

/** `null`: the value is not written in this format. A locale may separate the digits, and a time may follow an ISO date. */
function readDate(value: string, format: string): BusinessDate | null {
  if (format === "iso") return /^\d{4}-\d{2}-\d{2}(?:$|[T ])/.test(value) ? parseBusinessDate(value.slice(0, 10)) : null;
  const digits = value.replace(/[-/. ]/g, "");
  if (!/^\d+$/.test(digits) || digits.length !== format.length) return null;
  const field = (letters: string): string => digits.slice(format.indexOf(letters), format.indexOf(letters) + letters.length);
  const year = format.includes("yyyy") ? field("yyyy") : `20${field("yy")}`;
  return parseBusinessDate(`${year}-${field("mm")}-${field("dd")}`);
}
