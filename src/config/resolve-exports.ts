import type { z } from "zod";
import type { ExportDefinition } from "../core/exports/export-definition.ts";
import { type ExporterDefinition, useOf } from "../core/exporters/built-in-exporters.ts";
import { parseDayOffset } from "../core/exports/window.ts";
import { reportParameters } from "./check-parameters.ts";
import { reportSelection, toSelection } from "./check-selection.ts";
import { DEFAULT_TIME_ZONE } from "./connection-schema.ts";
import { entriesOf, isMapping, parseFields, quote } from "./schema-helpers.ts";
import { exportSchema, windowSchema } from "./export-schema.ts";
import { nearestName, suggestName } from "./nearest-name.ts";
import { type Report, reportBelow } from "./problem.ts";
import { reportDuplicates } from "./report-duplicates.ts";

/**
 * The names that exports may refer to. They include invalid entries of the file, whose problems are reported elsewhere. `null`: the
 * section is invalid, so the names are not known.
 */
export interface References {
  readonly connections: readonly string[] | null;
  readonly destinations: readonly string[] | null;
  readonly exporters: readonly string[] | null;
  findExporter(slug: string): ExporterDefinition | null;
  timeZoneOf(connection: string): string | undefined;
}

/** Returns the valid exports, and reports the problems of the others that the schema does not find. */
export function resolveExports(raw: unknown, references: References, report: Report): Map<string, ExportDefinition> {
  const definitions = new Map<string, ExportDefinition>();
  for (const [name, definition] of entriesOf(raw)) {
    if (!isMapping(definition)) continue;
    reportCombinations(definition, references, reportBelow(report, [name]));
    const parsed = exportSchema.safeParse(definition);
    const exporter = parsed.success ? references.findExporter(parsed.data.exporter) : null;
    if (parsed.success && exporter) definitions.set(name, toDefinition(name, parsed.data, { exporter, references }));
  }
  return definitions;
}

/** Each check reads only the fields that it needs, so that a problem in one field does not hide a problem in another. */
function reportCombinations(raw: Readonly<Record<string, unknown>>, references: References, report: Report): void {
  const fields = parseFields(exportSchema, raw);
  reportReference({ kind: "connection", name: fields.connection, known: references.connections }, report);
  reportReference({ kind: "destination", name: fields.destination, known: references.destinations }, report);
  reportWindow(raw["window"], report);
  reportDuplicates(raw["formats"], reportBelow(report, ["formats"]));
  const exporter = findKnownExporter(fields.exporter, references, report);
  if (!exporter) return;
  if (fields.outputFormat && !exporter.formats.includes(fields.outputFormat)) {
    report(["outputFormat"], `${exporter.slug} does not support ${fields.outputFormat}; use ${exporter.formats.join(" or ")}`);
  }
  if (fields.parameters) {
    const parameters = completeParameters(exporter, fields.outputFormat ?? "JSON", fields.parameters);
    reportParameters({ exporter, outputFormat: fields.outputFormat, parameters }, reportBelow(report, ["parameters"]));
  }
  if (isMapping(raw["select"])) reportSelection(exporter, raw["select"], reportBelow(report, ["select"]));
}

interface Reference {
  readonly kind: "connection" | "destination";
  readonly name: string | undefined;
  readonly known: readonly string[] | null;
}

function reportReference({ kind, name, known }: Reference, report: Report): void {
  if (name === undefined || known === null || known.includes(name)) return;
  report([kind], `there is no ${kind} ${quote(name)}; ${suggestName(name, known)}`);
}

function findKnownExporter(slug: string | undefined, references: References, report: Report): ExporterDefinition | null {
  const { exporters } = references;
  if (slug === undefined) return null;
  if (exporters !== null && !exporters.includes(slug)) {
    const another = nearestName(slug, exporters) === null ? ", or describe it under exporters" : "";
    report(["exporter"], `${quote(slug)} is not an exporter; ${suggestName(slug, exporters)}${another}`);
  }
  return references.findExporter(slug);
}

function reportWindow(raw: unknown, report: Report): void {
  const { from, to } = parseFields(windowSchema, raw);
  if (from === undefined || to === undefined || daysOf(from) <= daysOf(to)) return;
  report(["window", "from"], `${from} is later than to (${to}); swap them`);
}

type Parsed = z.output<typeof exportSchema>;

function toDefinition(
  name: string,
  parsed: Parsed,
  { exporter, references }: { readonly exporter: ExporterDefinition; readonly references: References },
): ExportDefinition {
  const { schedule, connection, window, outputFormat } = parsed;
  const timeZone = parsed.timeZone ?? references.timeZoneOf(connection) ?? DEFAULT_TIME_ZONE;
  return {
    ...parsed,
    name,
    schedule: schedule === undefined ? null : { cron: schedule, timeZone },
    timeZone,
    window: { fromDays: daysOf(window.from), toDays: daysOf(window.to) },
    select: toSelection(exporter, parsed.select),
    parameters: completeParameters(exporter, outputFormat, parsed.parameters),
  };
}

/**
 * Sets `timeFormat` to 24 hours where the exporter requires it and the export does not set it, because a lake needs unambiguous times.
 * No other parameter has a default. In particular, the consumer of PIPE files has to choose how dates are written.
 */
function completeParameters(
  exporter: ExporterDefinition,
  outputFormat: Parsed["outputFormat"],
  given: Parsed["parameters"],
): Readonly<Record<string, unknown>> {
  const isNeeded = useOf(exporter, "timeFormat", outputFormat) === "required" && !Object.hasOwn(given, "timeFormat");
  return isNeeded ? { ...given, timeFormat: "24" } : given;
}

/** The schema has validated `offset`, so the fallback is never used for a valid export. */
function daysOf(offset: string): number {
  return parseDayOffset(offset) ?? 0;
}
