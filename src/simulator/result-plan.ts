import { datesOf, parseBusinessDate } from "../core/base/business-date.ts";
import type { OutputFormat, Selector } from "../core/exporters/built-in-exporters.ts";
import { contactTypesOf, type DataShape, TIME_OFF_GROUPS } from "./data-shape.ts";
import { type Field, hasUnknownColumns, layoutOf } from "./exporter-fields.ts";
import { countRows, type RowContext, type Cell } from "./row-values.ts";

/** The JSON body of a submit. */
export type SubmitBody = Readonly<Record<string, unknown>>;

/** Everything that determines a result: its rows, columns and format. */
export interface ResultPlan {
  readonly format: OutputFormat;
  readonly context: RowContext;
  readonly fields: readonly Field[];
  readonly cells: readonly Cell[];
  readonly totalRecords: number;
  readonly hasPipeHeader: boolean;
  readonly keepsEmpty: boolean;
  /** Whether JSON is wrapped in `{"records": [...]}` instead of being a bare array. */
  readonly isWrapped: boolean;
  readonly xml: { readonly root: string; readonly record: string };
}

/** Plans the result of a valid request. Calculates one hash per entity and date, and renders no rows. */
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
  const cells = cellsOf(context, request);
  return {
    format,
    context,
    fields: chooseFields(layout.fields, request["fields"], hasUnknownColumns(exporter)),
    cells,
    totalRecords: cells.reduce((sum, cell) => sum + cell.records, 0),
    hasPipeHeader: request["excludePipeHeader"] !== true,
    keepsEmpty: request["keepEmptyJsonFields"] === true,
    isWrapped: false,
    xml: layout.xml,
  };
}

/** Derives the selector from the members of a valid request. */
function selectorOf(request: SubmitBody): Selector {
  if (request["muIds"] !== undefined) return "management-units";
  return request["buIds"] !== undefined || request["ctIds"] !== undefined ? "contact-types" : "time-off-groups";
}

/** The entities whose rows are requested, in the request's order and without duplicates. A business unit stands for its contact types. */
function requestedEntities(request: SubmitBody, shape: DataShape): number[] {
  const selector = selectorOf(request);
  if (selector === "management-units") return unique(numbersOf(request["muIds"]));
  if (selector === "contact-types") {
    const businessUnits = numbersOf(request["buIds"]);
    return unique([...businessUnits.flatMap((id) => contactTypesOf(shape, id)), ...numbersOf(request["ctIds"])]);
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

/** The requested format. JSON is the default. */
export function formatOf(request: SubmitBody): OutputFormat {
  const word = typeof request["outputFormat"] === "string" ? request["outputFormat"].toUpperCase() : "JSON";
  return word === "PIPE" || word === "XML" ? word : "JSON";
}

export function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((id: unknown): id is number => Number.isSafeInteger(id)) : [];
}

function cellsOf(context: RowContext, request: SubmitBody): Cell[] {
  const from = parseBusinessDate(String(request["startDate"]));
  const to = parseBusinessDate(String(request["endDate"]));
  if (!from || !to) return [];
  const dates = datesOf({ from, to });
  return requestedEntities(request, context.shape).flatMap((entityId) =>
    dates.map((date) => ({ entityId, date, records: countRows(context, entityId, date) })),
  );
}

/** The requested fields in the order of the request. As in WFM, their names are not case-sensitive. */
function chooseFields(fields: readonly Field[], requested: unknown, acceptsAnyName: boolean): readonly Field[] {
  const names = fieldNamesOf(requested);
  if (names.length === 0) return fields;
  return names.flatMap((name) => {
    const known = fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
    return known ?? (acceptsAnyName ? { name, kind: "code" as const } : []);
  });
}

export function fieldNamesOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((field: unknown) =>
    typeof field === "object" && field !== null && "name" in field && typeof field.name === "string" ? [field.name] : [],
  );
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function unique(ids: readonly number[]): number[] {
  return [...new Set(ids)];
}
