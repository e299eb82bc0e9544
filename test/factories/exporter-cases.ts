import { type ExporterDefinition, EXPORTERS, type OutputFormat } from "../../src/core/exporters/built-in-exporters.ts";
import { layoutOf } from "../../src/simulator/exporter-fields.ts";

type Parameters = Readonly<Record<string, unknown>>;

export interface ExporterCase {
  readonly exporter: ExporterDefinition;
  readonly slug: string;
  readonly format: OutputFormat;
  /** What the format needs, and nothing else. */
  readonly minimal: Parameters;
  /** Everything that the format takes. */
  readonly maximal: Parameters;
}

const RIGHT: Parameters = {
  dateFormat: "yyyymmdd",
  timeFormat: "12",
  keepEmptyJsonFields: true,
  excludePipeHeader: false,
  disableMidnightCutOff: true,
  attribute: "EXC_OTHER",
  lastModifiedTime: "2026-11-22T00:00:00Z",
  recordType: "NEWAGENT",
};

/** Values that are wrong, by parameter, and what the registry says instead. */
export const WRONG: Readonly<Record<string, { readonly values: readonly unknown[]; readonly message: string }>> = {
  dateFormat: {
    values: ["yyyy-mm-dd", 20261122, ""],
    message: 'dateFormat is one of "mmddyy", "ddmmyy", "mmddyyyy", "ddmmyyyy", "yyyymmdd", "yyyyddmm", "yyddmm", "yymmdd", in quotes',
  },
  timeFormat: { values: [24, "24h", null], message: 'timeFormat is one of "12", "24", in quotes' },
  keepEmptyJsonFields: { values: ["true", 1], message: "keepEmptyJsonFields is true or false" },
  excludePipeHeader: { values: ["no", 0], message: "excludePipeHeader is true or false" },
  disableMidnightCutOff: { values: ["on"], message: "disableMidnightCutOff is true or false" },
  attribute: { values: ["", 7], message: "attribute is a text in quotes" },
  lastModifiedTime: {
    values: ["2026-11-22", "2026-11-22 00:00:00", 0],
    message: "lastModifiedTime is a UTC time written as 2026-11-22T00:00:00Z",
  },
  recordType: { values: ["anyAgent", true], message: 'recordType is one of "newAgent", "changedAgent", in quotes' },
  fields: {
    values: [[], ["date"], "date", [{ field: "date" }]],
    message: "fields is a list of fields, each with a name: [{ name: date }]",
  },
};

/** A right value of a parameter for this exporter. */
export function rightValue({ slug, selector }: ExporterDefinition, parameter: string): unknown {
  if (parameter !== "fields") return RIGHT[parameter];
  const [first, second] = layoutOf(slug, selector).fields;
  return [{ name: second?.name.toUpperCase() }, { name: first?.name }];
}

export const CASES: readonly ExporterCase[] = EXPORTERS.flatMap((exporter) =>
  exporter.formats.map((format) => {
    const chosen = (isWanted: (parameter: string) => boolean) => {
      const names = Object.keys(exporter.parameters).filter(isWanted);
      return Object.fromEntries(names.map((name) => [name, rightValue(exporter, name)]));
    };
    const rules = exporter.parameters;
    return {
      exporter,
      slug: exporter.slug,
      format,
      minimal: chosen((name) => rules[name]!.required.includes(format)),
      maximal: chosen((name) => [...rules[name]!.required, ...rules[name]!.optional].includes(format)),
    };
  }),
);
