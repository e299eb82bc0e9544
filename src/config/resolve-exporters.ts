import type { z } from "zod";
import { type ExporterDefinition, OWN_MEMBERS, type OutputFormat, type ParameterRule, findExporter } from "../core/exporter-catalog.ts";
import { entriesOf, isMapping, parseFields } from "./expectation.ts";
import { exporterSchema } from "./exporter-schema.ts";
import { type Report, reportBelow } from "./problem.ts";
import { reportRepeats } from "./report-repeats.ts";

/** Their addresses are WFM's own, for the status and the result of jobs. */
const RESERVED = new Set(["status", "result"]);

/**
 * The exporters that a file adds and that are right; what is wrong beyond the structure of the others is reported. Exports are not held
 * against a description that is wrong itself.
 */
export function resolveExporters(raw: unknown, report: Report): Map<string, ExporterDefinition> {
  const exporters = new Map<string, ExporterDefinition>();
  for (const [slug, written] of entriesOf(raw)) {
    let isRight = true;
    const reportOwn: Report = (path, message, part) => {
      isRight = false;
      report([slug, ...path], message, part);
    };
    const message = explainBadSlug(slug);
    if (message !== null) reportOwn([], message, "key");
    if (isMapping(written)) reportExporter(written, reportOwn);
    const parsed = exporterSchema.safeParse(written);
    if (parsed.success && isRight) exporters.set(slug, toExporter(slug, parsed.data));
  }
  return exporters;
}

function explainBadSlug(slug: string): string | null {
  if (findExporter(slug)) return "is in Nightferry's own catalog; leave it out, and use it as it is";
  return RESERVED.has(slug) ? "cannot be an exporter's slug: WFM uses it for something else" : null;
}

function reportExporter(raw: Readonly<Record<string, unknown>>, report: Report): void {
  const { formats } = parseFields(exporterSchema, raw);
  reportRepeats(raw["formats"], reportBelow(report, ["formats"]));
  for (const [parameter, rule] of entriesOf(raw["parameters"])) {
    const below = reportBelow(report, ["parameters", parameter]);
    if (OWN_MEMBERS.includes(parameter)) below([], "is no parameter: the export's own window, select and outputFormat say it", "key");
    if (!isMapping(rule)) continue;
    if (Object.keys(rule).length === 0) below([], "says nothing; write required, optional, or the formats it is for", "key");
    if (formats) reportFormats(rule, formats, below);
  }
}

function reportFormats(rule: Readonly<Record<string, unknown>>, formats: readonly OutputFormat[], report: Report): void {
  for (const use of ["required", "optional"] as const) {
    const listed: unknown = rule[use];
    if (!Array.isArray(listed)) continue;
    reportRepeats(listed, reportBelow(report, [use]));
    for (const [index, format] of listed.entries()) {
      if (isFormat(format) && !formats.includes(format)) {
        report([use, index], `the exporter does not write ${format}; its formats are ${formats.join(" and ")}`);
      } else if (use === "optional" && Array.isArray(rule["required"]) && rule["required"].includes(format)) {
        report([use, index], `${String(format)} is listed under required too; keep one`);
      }
    }
  }
}

function isFormat(word: unknown): word is OutputFormat {
  return word === "JSON" || word === "PIPE" || word === "XML";
}

type Parsed = z.output<typeof exporterSchema>;

function toExporter(slug: string, { title, selector, formats, cutByDate, parameters }: Parsed): ExporterDefinition {
  const rules = Object.entries(parameters ?? {}).map(([parameter, rule]) => [parameter, toRule(rule, formats)] as const);
  return {
    slug,
    title: title ?? slug,
    selector,
    formats,
    formatOptionalForJson: false,
    isCutByDate: cutByDate,
    parameters: Object.fromEntries(rules),
    takesAnyParameter: parameters === undefined,
  };
}

function toRule(rule: NonNullable<Parsed["parameters"]>[string], formats: readonly OutputFormat[]): ParameterRule {
  if (rule === "required") return { required: formats, optional: [] };
  if (rule === "optional") return { required: [], optional: formats };
  return { required: rule.required ?? [], optional: rule.optional ?? [] };
}
