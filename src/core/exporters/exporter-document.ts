import { type ExporterDefinition, type OutputFormat, type ParameterUse, SELECTORS, type Selector, useOf } from "./built-in-exporters.ts";
import { describeValues, kindOfParameter } from "./parameter-kind.ts";

/** An exporter as `exporters --json` prints it. Other programs read this shape. */
export interface ExporterDocument {
  readonly slug: string;
  readonly title: string;
  readonly source: "built-in" | "configuration";
  readonly selector: Selector;
  /** The keys of `select` that the exporter accepts. */
  readonly selectBy: readonly string[];
  readonly formats: readonly OutputFormat[];
  readonly splitByDate: boolean;
  readonly anyParameter: boolean;
  readonly parameters: readonly ParameterDocument[];
}

interface ParameterDocument {
  readonly name: string;
  readonly values: string;
  readonly use: Readonly<Partial<Record<OutputFormat, ParameterUse>>>;
}

export function exporterDocument(exporter: ExporterDefinition, source: ExporterDocument["source"]): ExporterDocument {
  const { slug, title, selector, formats } = exporter;
  return {
    slug,
    title,
    source,
    selector,
    selectBy: SELECTORS[selector].members,
    formats,
    splitByDate: exporter.isSplitByDate,
    anyParameter: exporter.takesAnyParameter,
    parameters: Object.keys(exporter.parameters).map((name) => ({
      name,
      values: describeValues(kindOfParameter(name)),
      use: Object.fromEntries(formats.map((format) => [format, useOf(exporter, name, format)])),
    })),
  };
}
