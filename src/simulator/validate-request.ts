import { parseBusinessDate } from "../core/business-date.ts";
import { type ExporterDefinition, type OutputFormat, SELECTORS, useOf } from "../core/exporter-catalog.ts";
import { KNOWN_PARAMETERS, type ParameterKind, isRightValue, kindOfParameter } from "../core/parameter-kind.ts";
import { isMadeUp, layoutOf } from "./exporter-fields.ts";
import { fieldNamesOf, formatOf, type SubmitBody } from "./result-plan.ts";
import { validateSelection, type Viewable } from "./validate-selection.ts";

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
    ...[...new Set([...KNOWN_PARAMETERS, ...Object.keys(exporter.parameters)])].flatMap((parameter) =>
      validateParameter(exporter, format, parameter, body),
    ),
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

/** Some exporters look at the value of dateFormat and timeFormat though their pages do not list them. */
function validateParameter(exporter: ExporterDefinition, format: OutputFormat, parameter: string, body: SubmitBody): string[] {
  const use = useOf(exporter, parameter, format);
  const value = body[parameter];
  if (value === undefined) return use === "required" ? [`Missing required parameter: '${parameter}'`] : [];
  if (exporter.takesAnyParameter) return [];
  const problem = explainValue(exporter, kindOfParameter(parameter), parameter, value);
  if (problem) return [problem];
  return use === "forbidden" ? [`Parameter '${parameter}' is not supported for outputFormat '${format}'`] : [];
}

function explainValue(exporter: ExporterDefinition, kind: ParameterKind | null, parameter: string, value: unknown): string | null {
  if (isRightValue(kind, value)) return kind === "fields" ? explainFields(exporter, value) : null;
  return kind === "timestamp"
    ? `${parameter} must match the provided yyyy-MM-dd'T'HH:mm:ss'Z' format`
    : `Invalid ${parameter} value: '${show(value)}'`;
}

function explainFields({ slug, selector }: ExporterDefinition, value: unknown): string | null {
  if (isMadeUp(slug)) return null;
  const known = new Set(layoutOf(slug, selector).fields.map((field) => field.name.toLowerCase()));
  const unknown = fieldNamesOf(value).filter((name) => !known.has(name.toLowerCase()));
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
  const own = new Set([...COMMON, ...SELECTORS[exporter.selector].members]);
  const foreign = new Set(Object.values(SELECTORS).flatMap(({ members }) => members));
  const known = new Set([...KNOWN_PARAMETERS, ...Object.keys(exporter.parameters)]);
  return (member) => !own.has(member) && (foreign.has(member) || !(exporter.takesAnyParameter || known.has(member)));
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
