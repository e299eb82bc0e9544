import type { Interval } from "./business-date.ts";
import {
  type OutputFormat,
  PARAMETER_KINDS,
  type ExporterDefinition,
  DATE_FORMATS,
  RECORD_TYPES,
  TIME_FORMATS,
  useOf,
} from "./exporter-catalog.ts";
import type { ExportDefinition, TimeOffSelection } from "./export-definition.ts";
import { assertNever } from "./assert-never.ts";

/** The ids that a selection came to when the run was made, per request member. */
export interface ResolvedSelection {
  readonly muIds?: readonly number[];
  readonly buIds?: readonly number[];
  readonly ctIds?: readonly number[];
  readonly timeOff?: TimeOffSelection;
}

/** The JSON body of a submit, exactly as it leaves. It holds no secret, and is kept with the job. */
export type ExportRequest = Readonly<Record<string, unknown>> & {
  readonly startDate: string;
  readonly endDate: string;
  readonly outputFormat: OutputFormat;
};

export function buildRequest(definition: ExportDefinition, selection: ResolvedSelection, interval: Interval): ExportRequest {
  const { timeOff, ...ids } = selection;
  return {
    ...definition.parameters,
    startDate: interval.from,
    endDate: interval.to,
    outputFormat: definition.outputFormat,
    ...ids,
    ...timeOff,
  };
}

/** One thing wrong with an exporter's parameters: where, and what would be right. */
export interface ParameterProblem {
  readonly parameter: string;
  readonly message: string;
}

/** Checks parameters against the exporter's table, before anything is sent. */
export function checkParameters(
  exporter: ExporterDefinition,
  format: OutputFormat,
  parameters: Readonly<Record<string, unknown>>,
): ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  for (const [parameter, value] of Object.entries(parameters)) {
    const message =
      useOf(exporter, parameter, format) === "forbidden"
        ? explainForbidden(exporter, parameter, format)
        : explainBadValue(parameter, value);
    if (message) problems.push({ parameter, message });
  }
  for (const parameter of Object.keys(exporter.parameters)) {
    if (useOf(exporter, parameter, format) === "required" && !(parameter in parameters)) {
      problems.push({ parameter, message: `${exporter.slug} needs ${parameter} when outputFormat is ${format}` });
    }
  }
  return problems;
}

function explainForbidden(exporter: ExporterDefinition, parameter: string, format: OutputFormat): string {
  if (!Object.hasOwn(exporter.parameters, parameter)) {
    const known = Object.keys(exporter.parameters).join(", ");
    return `${exporter.slug} has no parameter ${parameter}; it takes ${known}`;
  }
  return `${exporter.slug} does not take ${parameter} when outputFormat is ${format}`;
}

function explainBadValue(parameter: string, value: unknown): string | null {
  const kind = PARAMETER_KINDS[parameter];
  switch (kind) {
    case undefined:
      return null;
    case "date-format":
      return oneOf(parameter, value, DATE_FORMATS);
    case "time-format":
      return oneOf(parameter, value, TIME_FORMATS);
    case "record-type":
      return oneOf(parameter, value, RECORD_TYPES);
    case "boolean":
      return typeof value === "boolean" ? null : `${parameter} is true or false`;
    case "string":
      return typeof value === "string" && value !== "" ? null : `${parameter} is a text in quotes`;
    case "timestamp":
      return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value)
        ? null
        : `${parameter} is a UTC time written as 2026-11-22T00:00:00Z`;
    case "fields":
      return isFieldList(value) ? null : `${parameter} is a list of fields, each with a name: [{ name: date }]`;
    default:
      return assertNever(kind);
  }
}

/** The vendor compares these words without regard to case. */
function oneOf(parameter: string, value: unknown, allowed: readonly string[]): string | null {
  const isKnown = typeof value === "string" && allowed.some((word) => word.toLowerCase() === value.toLowerCase());
  return isKnown ? null : `${parameter} is one of ${allowed.map((word) => `"${word}"`).join(", ")}, in quotes`;
}

function isFieldList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((field: unknown) => typeof field === "object" && field !== null && "name" in field && typeof field.name === "string")
  );
}
