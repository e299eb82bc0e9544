import { EXPORTERS, type ExporterDefinition, SELECTORS, useOf } from "./built-in-exporters.ts";
import { type ExporterDocument, exporterDocument } from "./exporter-document.ts";
import { KNOWN_PARAMETERS, describeValues, kindOfParameter } from "./parameter-kind.ts";

/** The reference page `exporters.md`, from the table of built-in exporters. */
export function exporterPage(): string {
  const sections = EXPORTERS.map((exporter) => section(exporter, exporterDocument(exporter, "built-in")));
  return `${[INTRODUCTION, overview(), VALUES, values(), ...sections].join("\n\n")}\n`;
}

const MIDNIGHT = "disableMidnightCutOff";

const INTRODUCTION = `# Exporters

Written from \`src/core/exporters/built-in-exporters.ts\` by \`node --import tsx src/config/write-exporter-page.ts\`; do not edit it. \`nightferry exporters\` prints the
same, and the exporters that your own configuration adds.

An export names one of these as \`exporter\`, chooses an \`outputFormat\` (JSON unless set), and puts the exporter's own parameters under
\`parameters\`. A parameter that a format needs must be given, with one exception: if \`timeFormat\` is needed and not given, \`"24"\` is sent. A
parameter that a format does not accept is refused. Both mistakes are reported before anything is submitted. \`startDate\`, \`endDate\`,
\`outputFormat\` and the members that name entities are not parameters: the export's \`window\`, \`outputFormat\` and \`select\` set them.`;

const VALUES = `## Values of the parameters

Case is ignored.`;

function overview(): string {
  const rows = EXPORTERS.map(({ slug, title, selector, formats }) => [
    `[\`${slug}\`](#${slug})`,
    title,
    SELECTORS[selector].members.map(code).join(", "),
    formats.join(", "),
  ]);
  return table(["exporter", "title", "selects by", "formats"], rows);
}

function values(): string {
  return table(
    ["parameter", "value"],
    KNOWN_PARAMETERS.map((name) => [code(name), describeValues(kindOfParameter(name))]),
  );
}

function section(exporter: ExporterDefinition, { slug, title, formats, parameters }: ExporterDocument): string {
  const rows = parameters.map(({ name }) => [code(name), ...formats.map((format) => useOf(exporter, name, format))]);
  const splitting = exporter.isSplitByDate
    ? `When its result is too large, the request is split by dates${MIDNIGHT in exporter.parameters ? ` (not with \`${MIDNIGHT}\`)` : ""}, then by entities.`
    : "Its rows do not belong to one date each. When its result is too large, the request is split by entities only.";
  return [
    `## ${slug}`,
    `${title}. It selects by ${SELECTORS[exporter.selector].right}. ${splitting}`,
    table(["parameter", ...formats], rows),
  ].join("\n\n");
}

function code(word: string): string {
  return `\`${word}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
