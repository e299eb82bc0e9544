import type { Interval } from "../base/business-date.ts";
import { type ExporterDefinition, OWN_MEMBERS, type OutputFormat, useOf } from "../exporters/built-in-exporters.ts";
import type { ExportDefinition, TimeOffSelection } from "./export-definition.ts";
import { describeValues, isRightValue, kindOfParameter } from "../exporters/parameter-kind.ts";

/** The ids that a selection matched when the run was planned, by member of the request. */
export interface ResolvedSelection {
  readonly muIds?: readonly number[];
  readonly buIds?: readonly number[];
  readonly ctIds?: readonly number[];
  readonly timeOff?: TimeOffSelection;
}

/** The JSON body of a submission, exactly as it is sent. It contains no secret, and is stored with the job. */
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

/** One mistake in an exporter's parameters: where it is, and what would be correct. */
export interface ParameterProblem {
  readonly parameter: string;
  readonly message: string;
}

/** Checks parameters against the table of exporters, before anything is sent. */
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
        : explainBadValue(exporter, parameter, value);
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
  if (Object.hasOwn(exporter.parameters, parameter)) return `${exporter.slug} does not take ${parameter} when outputFormat is ${format}`;
  if (OWN_MEMBERS.includes(parameter)) return `${parameter} is no parameter: ${placeOf(parameter)} says what it is`;
  const known = Object.keys(exporter.parameters).join(", ");
  return `${exporter.slug} has no parameter ${parameter}; ${known === "" ? "it takes none" : `it takes ${known}`}`;
}

function placeOf(member: string): string {
  if (member === "outputFormat") return "the export's own outputFormat";
  return member === "startDate" || member === "endDate" ? "the export's window" : "the export's select";
}

/** An exporter that takes any parameter takes any value of it, too. */
function explainBadValue({ parameters }: ExporterDefinition, parameter: string, value: unknown): string | null {
  const kind = Object.hasOwn(parameters, parameter) ? kindOfParameter(parameter) : null;
  return isRightValue(kind, value) ? null : `${parameter} is ${describeValues(kind)}`;
}
