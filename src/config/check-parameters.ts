import type { ExporterDefinition, OutputFormat } from "../core/exporter-catalog.ts";
import { checkParameters } from "../core/export-request.ts";
import { nearestName } from "./nearest-name.ts";
import type { Report } from "./problem.ts";

interface Parameters {
  readonly exporter: ExporterDefinition;
  /** `undefined` when it could not be read. */
  readonly outputFormat: OutputFormat | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Reports an exporter's parameters. Where the output format is itself wrong: only what would be wrong in every format. */
export function reportParameters({ exporter, outputFormat, parameters }: Parameters, report: Report): void {
  const formats = exporter.formats.filter((format) => format === outputFormat);
  const [first = [], ...others] = (formats.length > 0 ? formats : exporter.formats).map((format) =>
    checkParameters(exporter, format, parameters),
  );
  for (const { parameter, message } of first) {
    const isAlwaysWrong = others.every((problems) => problems.some((other) => other.parameter === parameter && other.message === message));
    if (isAlwaysWrong && !isMisspelled(parameter, parameters, exporter)) report([parameter], message);
  }
}

/** A misspelled parameter is reported by itself: that the right one is missing goes without saying. */
function isMisspelled(needed: string, given: Parameters["parameters"], { parameters }: ExporterDefinition): boolean {
  if (Object.hasOwn(given, needed)) return false;
  return Object.keys(given).some((name) => !Object.hasOwn(parameters, name) && nearestName(name, [needed]) !== null);
}
