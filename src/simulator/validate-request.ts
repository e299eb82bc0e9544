import { parseBusinessDate } from "../core/base/business-date.ts";
import { type ExporterDefinition, type OutputFormat, SELECTORS, useOf } from "../core/exporters/built-in-exporters.ts";
import { KNOWN_PARAMETERS, type ParameterKind, isRightValue, kindOfParameter } from "../core/exporters/parameter-kind.ts";
import { hasUnknownColumns, layoutOf } from "./exporter-fields.ts";
import { fieldNamesOf, formatOf, type SubmitBody } from "./result-plan.ts";
import { validateSelection, type Viewable } from "./validate-selection.ts";

export interface Permissions {
  readonly viewable: Viewable;
  readonly hasDefaultAttribute: boolean;
}

const COMMON = ["startDate", "endDate", "outputFormat"];

/**
 * All problems of a submit's body, in the vendor's order and words. Texts that the vendor has not published are invented.
 * The simulator rejects unknown members: how WFM treats them is not documented, so a client should not send any.
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
      .filter(isUnrecognized(exporter))
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

/** Some exporters validate dateFormat and timeFormat although their pages do not list them. */
function validateParameter(exporter: ExporterDefinition, format: OutputFormat, parameter: string, body: SubmitBody): string[] {
  const use = useOf(exporter, parameter, format);
  const value = body[parameter];
  if (value === undefined) return use === "required" ? [`Missing required parameter: '${parameter}'`] : [];
  if (exporter.takesAnyParameter) return [];
  const problem = describeProblem(exporter, kindOfParameter(parameter), parameter, value);
  if (problem) return [problem];
  return use === "forbidden" ? [`Parameter '${parameter}' is not supported for outputFormat '${format}'`] : [];
}

function describeProblem(exporter: ExporterDefinition, kind: ParameterKind | null, parameter: string, value: unknown): string | null {
  if (isRightValue(kind, value)) return kind === "fields" ? describeFieldProblem(exporter, value) : null;
  return kind === "timestamp"
    ? `${parameter} must match the provided yyyy-MM-dd'T'HH:mm:ss'Z' format`
    : `Invalid ${parameter} value: '${show(value)}'`;
}

function describeFieldProblem({ slug, selector }: ExporterDefinition, value: unknown): string | null {
  if (hasUnknownColumns(slug)) return null;
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

function isUnrecognized(exporter: ExporterDefinition): (member: string) => boolean {
  const expected = new Set([...COMMON, ...SELECTORS[exporter.selector].members]);
  const selectorMembers = new Set(Object.values(SELECTORS).flatMap(({ members }) => members));
  const known = new Set([...KNOWN_PARAMETERS, ...Object.keys(exporter.parameters)]);
  return (member) => !expected.has(member) && (selectorMembers.has(member) || !(exporter.takesAnyParameter || known.has(member)));
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
