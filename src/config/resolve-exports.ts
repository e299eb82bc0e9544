import type { z } from "zod";
import type { ExportDefinition } from "../core/export-definition.ts";
import { type ExporterDefinition, useOf } from "../core/exporter-catalog.ts";
import { parseDayOffset } from "../core/window.ts";
import { reportParameters } from "./check-parameters.ts";
import { reportSelection, toSelection } from "./check-selection.ts";
import { DEFAULT_TIME_ZONE } from "./connection-schema.ts";
import { entriesOf, isMapping, parseFields, quote } from "./expectation.ts";
import { exportSchema, windowSchema } from "./export-schema.ts";
import { nearestName, suggestName } from "./nearest-name.ts";
import { type Report, reportBelow } from "./problem.ts";
import { reportRepeats } from "./report-repeats.ts";

/** What exports refer to: the names that the file gives, whether or not what they name is right; `null` when they cannot be read. */
export interface Referable {
  readonly connections: readonly string[] | null;
  readonly destinations: readonly string[] | null;
  readonly exporters: readonly string[] | null;
  findExporter(slug: string): ExporterDefinition | null;
  timeZoneOf(connection: string): string | undefined;
}

/** The exports that are right; what is wrong beyond the structure of the others is reported. */
export function resolveExports(raw: unknown, referable: Referable, report: Report): Map<string, ExportDefinition> {
  const definitions = new Map<string, ExportDefinition>();
  for (const [name, definition] of entriesOf(raw)) {
    if (!isMapping(definition)) continue;
    reportCombinations(definition, referable, reportBelow(report, [name]));
    const parsed = exportSchema.safeParse(definition);
    const exporter = parsed.success ? referable.findExporter(parsed.data.exporter) : null;
    if (parsed.success && exporter) definitions.set(name, toDefinition(name, parsed.data, { exporter, referable }));
  }
  return definitions;
}

/** Every check looks at those fields only that it needs, so that a mistake in one place hides none in another. */
function reportCombinations(raw: Readonly<Record<string, unknown>>, referable: Referable, report: Report): void {
  const fields = parseFields(exportSchema, raw);
  reportReference({ kind: "connection", name: fields.connection, known: referable.connections }, report);
  reportReference({ kind: "destination", name: fields.destination, known: referable.destinations }, report);
  reportWindow(raw["window"], report);
  reportRepeats(raw["formats"], reportBelow(report, ["formats"]));
  const exporter = findKnownExporter(fields.exporter, referable, report);
  if (!exporter) return;
  if (fields.outputFormat && !exporter.formats.includes(fields.outputFormat)) {
    report(["outputFormat"], `${exporter.slug} does not write ${fields.outputFormat}; write ${exporter.formats.join(" or ")}`);
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

function findKnownExporter(slug: string | undefined, referable: Referable, report: Report): ExporterDefinition | null {
  const { exporters } = referable;
  if (slug === undefined) return null;
  if (exporters !== null && !exporters.includes(slug)) {
    const another = nearestName(slug, exporters) === null ? "; any other one is described under exporters" : "";
    report(["exporter"], `${quote(slug)} is not an exporter; ${suggestName(slug, exporters)}${another}`);
  }
  return referable.findExporter(slug);
}

function reportWindow(raw: unknown, report: Report): void {
  const { from, to } = parseFields(windowSchema, raw);
  if (from === undefined || to === undefined || daysOf(from) <= daysOf(to)) return;
  report(["window", "from"], `${from} is after to, ${to}; write the earlier one as from`);
}

type Parsed = z.output<typeof exportSchema>;

function toDefinition(
  name: string,
  parsed: Parsed,
  { exporter, referable }: { readonly exporter: ExporterDefinition; readonly referable: Referable },
): ExportDefinition {
  const { schedule, connection, window, outputFormat } = parsed;
  const timeZone = parsed.timeZone ?? referable.timeZoneOf(connection) ?? DEFAULT_TIME_ZONE;
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
 * Most exporters insist on a `timeFormat`, and a lake wants 24 hours: it is filled in where it is needed and not given.
 * Nothing else is: how dates are written in PIPE is for the reader of the file to say.
 */
function completeParameters(
  exporter: ExporterDefinition,
  outputFormat: Parsed["outputFormat"],
  given: Parsed["parameters"],
): Readonly<Record<string, unknown>> {
  const isNeeded = useOf(exporter, "timeFormat", outputFormat) === "required" && !Object.hasOwn(given, "timeFormat");
  return isNeeded ? { ...given, timeFormat: "24" } : given;
}

/** The schema has already read it once. */
function daysOf(offset: string): number {
  return parseDayOffset(offset) ?? 0;
}
