import { assertNever } from "../core/assert-never.ts";
import { parseBusinessDate } from "../core/business-date.ts";
import {
  DATE_FORMATS,
  type ExporterDefinition,
  type OutputFormat,
  PARAMETER_KINDS,
  type ParameterKind,
  RECORD_TYPES,
  TIME_FORMATS,
  useOf,
} from "../core/exporter-catalog.ts";
import { layoutOf } from "./exporter-fields.ts";
import { fieldNamesOf, formatOf, type SubmitBody } from "./result-plan.ts";
import { SELECTOR_MEMBERS, validateSelection, type Viewable } from "./validate-selection.ts";

export interface Permissions {
  readonly viewable: Viewable;
  readonly hasDefaultAttribute: boolean;
}

const COMMON = ["startDate", "endDate", "outputFormat"];

/**
 * Every objection to a submit's body, all at once, in the vendor's order and words; where the vendor's words are not public, they are made up.
 * An unknown member is an objection: what the vendor does with it is not public, and a client should not send any.
 */
export function validateRequest(exporter: ExporterDefinition, body: SubmitBody, permissions: Permissions): string[] {
  const format = formatOf(body);
  const problems = [
    ...validateFormat(exporter, body["outputFormat"]),
    ...Object.keys(PARAMETER_KINDS).flatMap((parameter) => validateParameter(exporter, format, parameter, body)),
    ...validateDates(body),
    ...Object.keys(body)
      .filter(isStranger(exporter))
      .map((member) => `Unrecognized parameter: '${member}'`),
  ];
  const needsDefault = "attribute" in exporter.parameters && body["attribute"] === undefined;
  if (needsDefault && !permissions.hasDefaultAttribute) problems.push("Missing default attribute value: 'EXC_EXPORT'");
  return [...problems, ...validateSelection(exporter, body, permissions.viewable)];
}

function validateFormat(exporter: ExporterDefinition, value: unknown): string[] {
  if (value === undefined) return exporter.formatOptionalForJson ? [] : ["Missing required parameter: 'outputFormat'"];
  const isKnown = typeof value === "string" && exporter.formats.some((format) => format === value.toUpperCase());
  return isKnown ? [] : [`Invalid outputFormat value: '${show(value)}'`];
}

/** Some exporters look at dateFormat and timeFormat though their pages do not list them; a right value passes there. */
function validateParameter(exporter: ExporterDefinition, format: OutputFormat, parameter: string, body: SubmitBody): string[] {
  const use = useOf(exporter, parameter, format);
  const value = body[parameter];
  const kind = PARAMETER_KINDS[parameter];
  if (kind === undefined) return [];
  if (value === undefined) return use === "required" ? [`Missing required parameter: '${parameter}'`] : [];
  const problem = explainValue(exporter, kind, parameter, value);
  if (problem) return [problem];
  if (use !== "forbidden" || kind === "date-format" || kind === "time-format") return [];
  return [`Parameter '${parameter}' is not supported for outputFormat '${format}'`];
}

function explainValue(exporter: ExporterDefinition, kind: ParameterKind, parameter: string, value: unknown): string | null {
  const invalid = `Invalid ${parameter} value: '${show(value)}'`;
  switch (kind) {
    case "date-format":
      return isOneOf(DATE_FORMATS, value) ? null : invalid;
    case "time-format":
      return isOneOf(TIME_FORMATS, value) ? null : invalid;
    case "record-type":
      return isOneOf(RECORD_TYPES, value) ? null : invalid;
    case "boolean":
      return typeof value === "boolean" ? null : invalid;
    case "string":
      return typeof value === "string" && value !== "" ? null : invalid;
    case "timestamp":
      return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value)
        ? null
        : `${parameter} must match the provided yyyy-MM-dd'T'HH:mm:ss'Z' format`;
    case "fields":
      return explainFields(exporter, value);
    default:
      return assertNever(kind);
  }
}

function explainFields(exporter: ExporterDefinition, value: unknown): string | null {
  const names = fieldNamesOf(value);
  if (!Array.isArray(value) || names.length !== value.length || names.length === 0) return `Invalid fields value: '${show(value)}'`;
  const known = new Set(layoutOf(exporter.slug).fields.map((field) => field.name.toLowerCase()));
  const unknown = names.filter((name) => !known.has(name.toLowerCase()));
  return unknown.length === 0 ? null : `Invalid field names: ${unknown.join(", ")}`;
}

function validateDates(body: SubmitBody): string[] {
  const [start, end] = [body["startDate"], body["endDate"]].map((value) => (typeof value === "string" ? parseBusinessDate(value) : null));
  const problems = [
    ...(start ? [] : ["startDate must match the provided yyyy-MM-dd format"]),
    ...(end ? [] : ["endDate must match the provided yyyy-MM-dd format"]),
  ];
  return start && end && start > end ? ["startDate must not be after endDate"] : problems;
}

function isStranger(exporter: ExporterDefinition): (member: string) => boolean {
  const known = new Set([...COMMON, ...SELECTOR_MEMBERS[exporter.selector], ...Object.keys(PARAMETER_KINDS)]);
  return (member) => !known.has(member);
}

function isOneOf(words: readonly string[], value: unknown): boolean {
  return typeof value === "string" && words.some((word) => word.toLowerCase() === value.toLowerCase());
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
