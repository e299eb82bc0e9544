import type { ExporterDefinition, OutputFormat } from "../core/exporters/built-in-exporters.ts";
import { checkParameters } from "../core/exports/export-request.ts";
import { nearestName } from "./nearest-name.ts";
import type { Report } from "./problem.ts";

interface Parameters {
  readonly exporter: ExporterDefinition;
  /** `undefined`: the configured value is invalid. */
  readonly outputFormat: OutputFormat | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Reports invalid parameters. If the output format is unknown, reports only what is invalid in every format. */
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

/** The misspelled parameter is reported already, so reporting the missing one too would only repeat the problem. */
function isMisspelled(needed: string, given: Parameters["parameters"], { parameters }: ExporterDefinition): boolean {
  if (Object.hasOwn(given, needed)) return false;
  return Object.keys(given).some((name) => !Object.hasOwn(parameters, name) && nearestName(name, [needed]) !== null);
}
