import type { z } from "zod";
import {
  type ExporterDefinition,
  OWN_MEMBERS,
  type OutputFormat,
  type ParameterRule,
  findExporter,
} from "../core/exporters/built-in-exporters.ts";
import { entriesOf, isMapping, parseFields } from "./schema-helpers.ts";
import { exporterSchema } from "./exporter-schema.ts";
import { type Report, reportBelow } from "./problem.ts";
import { reportDuplicates } from "./report-duplicates.ts";

/** WFM uses these addresses for the status and the results of jobs. */
const RESERVED = new Set(["status", "result"]);

/**
 * Returns the valid exporters of the file, and reports the problems of the others that the schema does not find. Exports are not
 * checked against an invalid description.
 */
export function resolveExporters(raw: unknown, report: Report): Map<string, ExporterDefinition> {
  const exporters = new Map<string, ExporterDefinition>();
  for (const [slug, written] of entriesOf(raw)) {
    let isValid = true;
    const reportHere: Report = (path, message, part) => {
      isValid = false;
      report([slug, ...path], message, part);
    };
    const message = explainBadSlug(slug);
    if (message !== null) reportHere([], message, "key");
    if (isMapping(written)) reportExporter(written, reportHere);
    const parsed = exporterSchema.safeParse(written);
    if (parsed.success && isValid) exporters.set(slug, toExporter(slug, parsed.data));
  }
  return exporters;
}

function explainBadSlug(slug: string): string | null {
  if (findExporter(slug)) return "is a built-in exporter; remove this entry and use the built-in one";
  return RESERVED.has(slug) ? "is not an exporter: WFM uses this address for jobs; use the slug of an exporter" : null;
}

function reportExporter(raw: Readonly<Record<string, unknown>>, report: Report): void {
  const { formats } = parseFields(exporterSchema, raw);
  reportDuplicates(raw["formats"], reportBelow(report, ["formats"]));
  for (const [parameter, rule] of entriesOf(raw["parameters"])) {
    const below = reportBelow(report, ["parameters", parameter]);
    if (OWN_MEMBERS.includes(parameter))
      below([], "is not a parameter, because window, select and outputFormat of the export set it; remove it", "key");
    if (!isMapping(rule)) continue;
    if (Object.keys(rule).length === 0)
      below([], "is empty; write required, optional, or formats such as { required: [PIPE], optional: [JSON] }", "key");
    if (formats) reportFormats(rule, formats, below);
  }
}

function reportFormats(rule: Readonly<Record<string, unknown>>, formats: readonly OutputFormat[], report: Report): void {
  for (const use of ["required", "optional"] as const) {
    const listed: unknown = rule[use];
    if (!Array.isArray(listed)) continue;
    reportDuplicates(listed, reportBelow(report, [use]));
    for (const [index, format] of listed.entries()) {
      if (isFormat(format) && !formats.includes(format)) {
        report([use, index], `${format} is not listed in formats of the exporter; use ${formats.join(" or ")}`);
      } else if (use === "optional" && Array.isArray(rule["required"]) && rule["required"].includes(format)) {
        report([use, index], `${String(format)} is also listed under required; remove one`);
      }
    }
  }
}

function isFormat(word: unknown): word is OutputFormat {
  return word === "JSON" || word === "PIPE" || word === "XML";
}

type Parsed = z.output<typeof exporterSchema>;

function toExporter(slug: string, { title, selector, formats, splitByDate, parameters }: Parsed): ExporterDefinition {
  const rules = Object.entries(parameters ?? {}).map(([parameter, rule]) => [parameter, toRule(rule, formats)] as const);
  return {
    slug,
    title: title ?? slug,
    selector,
    formats,
    formatOptionalForJson: false,
    isSplitByDate: splitByDate,
    parameters: Object.fromEntries(rules),
    takesAnyParameter: parameters === undefined,
  };
}

function toRule(rule: NonNullable<Parsed["parameters"]>[string], formats: readonly OutputFormat[]): ParameterRule {
  if (rule === "required") return { required: formats, optional: [] };
  if (rule === "optional") return { required: [], optional: formats };
  return { required: rule.required ?? [], optional: rule.optional ?? [] };
}
