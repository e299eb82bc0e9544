import { datesOf, parseBusinessDate } from "../core/business-date.ts";
import type { OutputFormat, Selector } from "../core/exporter-catalog.ts";
import { contactTypesOf, type DataShape, TIME_OFF_GROUPS } from "./data-shape.ts";
import { type Field, isMadeUp, layoutOf } from "./exporter-fields.ts";
import { countRows, type RowContext, type Unit } from "./row-values.ts";

/** The JSON body of a submit. */
export type SubmitBody = Readonly<Record<string, unknown>>;

/** Everything a result is made from: which rows, which columns, which way of writing. */
export interface ResultPlan {
  readonly format: OutputFormat;
  readonly context: RowContext;
  readonly fields: readonly Field[];
  readonly units: readonly Unit[];
  readonly totalRecords: number;
  readonly hasPipeHeader: boolean;
  readonly keepsEmpty: boolean;
  /** JSON inside `{"records": [...]}` instead of a bare array. */
  readonly isWrapped: boolean;
  readonly xml: { readonly root: string; readonly record: string };
}

/** What a valid request comes to. Costs one hash per entity and date, no rows. */
export function planResult(exporter: string, request: SubmitBody, shape: DataShape): ResultPlan {
  const layout = layoutOf(exporter, selectorOf(request));
  const format = formatOf(request);
  const context: RowContext = {
    exporter,
    rows: layout.rows,
    shape,
    dateFormat: format === "XML" ? null : textOf(request["dateFormat"]),
    timeFormat: textOf(request["timeFormat"]),
  };
  const units = unitsOf(context, request);
  return {
    format,
    context,
    fields: chooseFields(layout.fields, request["fields"], isMadeUp(exporter)),
    units,
    totalRecords: units.reduce((sum, unit) => sum + unit.records, 0),
    hasPipeHeader: request["excludePipeHeader"] !== true,
    keepsEmpty: request["keepEmptyJsonFields"] === true,
    isWrapped: false,
    xml: layout.xml,
  };
}

/** A valid request shows by what it selects. */
function selectorOf(request: SubmitBody): Selector {
  if (request["muIds"] !== undefined) return "management-units";
  return request["buIds"] !== undefined || request["ctIds"] !== undefined ? "contact-types" : "time-off-groups";
}

/** The entities whose rows a request asks for, in its order and without repeats; business units stand for their contact types. */
function entitiesAsked(request: SubmitBody, shape: DataShape): number[] {
  const selector = selectorOf(request);
  if (selector === "management-units") return unique(numbersOf(request["muIds"]));
  if (selector === "contact-types") {
    const units = numbersOf(request["buIds"]);
    return unique([...units.flatMap((id) => contactTypesOf(shape, id)), ...numbersOf(request["ctIds"])]);
  }
  return "allTimeOffGroups" in request ? [...TIME_OFF_GROUPS] : unique(timeOffGroupsOf(request["timeOffGroupList"]));
}

/** The ids in `timeOffGroupList`. */
export function timeOffGroupsOf(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) =>
    typeof entry === "object" && entry !== null && "timeOffGroup" in entry ? numbersOf([entry.timeOffGroup]) : [],
  );
}

/** JSON where the request names no format. */
export function formatOf(request: SubmitBody): OutputFormat {
  const word = typeof request["outputFormat"] === "string" ? request["outputFormat"].toUpperCase() : "JSON";
  return word === "PIPE" || word === "XML" ? word : "JSON";
}

export function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((id: unknown): id is number => Number.isSafeInteger(id)) : [];
}

function unitsOf(context: RowContext, request: SubmitBody): Unit[] {
  const from = parseBusinessDate(String(request["startDate"]));
  const to = parseBusinessDate(String(request["endDate"]));
  if (!from || !to) return [];
  const dates = datesOf({ from, to });
  return entitiesAsked(request, context.shape).flatMap((entityId) =>
    dates.map((date) => ({ entityId, date, records: countRows(context, entityId, date) })),
  );
}

/** Names are compared without regard to case, as the vendor does; the request's order is the output's. */
function chooseFields(fields: readonly Field[], wanted: unknown, takesAnyName: boolean): readonly Field[] {
  const names = fieldNamesOf(wanted);
  if (names.length === 0) return fields;
  return names.flatMap((name) => {
    const known = fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
    return known ?? (takesAnyName ? { name, kind: "code" as const } : []);
  });
}

export function fieldNamesOf(wanted: unknown): string[] {
  if (!Array.isArray(wanted)) return [];
  return wanted.flatMap((field: unknown) =>
    typeof field === "object" && field !== null && "name" in field && typeof field.name === "string" ? [field.name] : [],
  );
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function unique(ids: readonly number[]): number[] {
  return [...new Set(ids)];
}
