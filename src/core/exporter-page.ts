import { EXPORTERS, type ExporterDefinition, SELECTORS } from "./exporter-catalog.ts";
import { type ExporterDocument, exporterDocument } from "./exporter-document.ts";
import { KNOWN_PARAMETERS, describeValues, kindOfParameter } from "./parameter-kind.ts";

/** The reference page `exporters.md`, from the catalog. */
export function exporterPage(): string {
  const sections = EXPORTERS.map((exporter) => section(exporter, exporterDocument(exporter, "catalog")));
  return `${[INTRODUCTION, overview(), VALUES, values(), ...sections].join("\n\n")}\n`;
}

const MIDNIGHT = "disableMidnightCutOff";

const INTRODUCTION = `# Exporters

Written from \`exporter-catalog.ts\` by \`node --import tsx src/config/write-exporter-page.ts\`; do not edit it. \`nightferry exporters\` prints the
same, and the exporters that your own configuration adds.

An export names one of these as \`exporter\`, chooses an \`outputFormat\` (JSON unless set), and puts the exporter's own parameters under
\`parameters\`. A parameter that a format needs has to be there, with one exception: where \`timeFormat\` is needed and not given, \`"24"\` is sent. A
parameter that a format does not take is refused. Both are said before anything is submitted. \`startDate\`, \`endDate\`, \`outputFormat\` and the
members that name entities are no parameters: the export's \`window\`, \`outputFormat\` and \`select\` say them.`;

const VALUES = `## What the parameters' values look like

Words are compared without regard to case.`;

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
  const rows = parameters.map(({ name, use }) => [code(name), ...formats.map((format) => use[format] ?? "")]);
  const cut = exporter.isCutByDate
    ? `When its result is too large it is cut by dates${MIDNIGHT in exporter.parameters ? ` (not with \`${MIDNIGHT}\`)` : ""}, then by entities.`
    : "Its rows do not belong to one date each: when its result is too large it is cut by entities only.";
  return [
    `## ${slug}`,
    `${title}. It selects by ${SELECTORS[exporter.selector].right}. ${cut}`,
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
