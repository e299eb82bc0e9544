import { suggestName } from "../../config/nearest-name.ts";
import { EXPORTERS, SELECTORS } from "../../core/exporters/built-in-exporters.ts";
import { type ExporterDocument, exporterDocument } from "../../core/exporters/exporter-document.ts";
import type { CommandContext } from "../command-context.ts";
import { asPublished } from "../documents/exporter-schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { readConfiguredExporters } from "../read-configured-exporters.ts";

/** Prints the built-in exporters and those that the configuration describes, or one of them with its parameters. */
export async function exporters(context: CommandContext, slug: string | null, options: { readonly json?: boolean }): Promise<void> {
  const configured = await readConfiguredExporters(context);
  const documents = [
    ...EXPORTERS.map((exporter) => exporterDocument(exporter, "built-in")),
    ...configured.map((exporter) => exporterDocument(exporter, "configuration")),
  ];
  const { output } = context;
  if (slug === null) {
    if (options.json) output.json(documents.map(asPublished));
    else printAll(output, documents);
    return;
  }
  const found = documents.find((document) => document.slug === slug);
  if (!found) {
    const known = documents.map((document) => document.slug);
    throw new CommandError(`there is no exporter ${slug}; ${suggestName(slug, known)}`, EXIT.usage);
  }
  if (options.json) output.json(asPublished(found));
  else printOne(output, found);
}

function printAll(output: Output, documents: readonly ExporterDocument[]): void {
  output.table(
    ["exporter", "title", "selects by", "formats", "from"],
    documents.map(({ slug, title, selectBy, formats, source }) => [slug, title, selectBy.join(", "), formats.join(", "), source]),
  );
}

function printOne(output: Output, { slug, title, source, selector, formats, ...rest }: ExporterDocument): void {
  output.line(`${output.style("bold", slug)}  ${title} (${source})`);
  output.line(`selects ${selector.replaceAll("-", " ")}, by ${SELECTORS[selector].right}; writes ${formats.join(", ")}`);
  output.line(`a result that is too large is split by ${rest.splitByDate ? "date, then by entity" : "entity, never by date"}`);
  if (rest.anyParameter) return output.line("passes any parameter to WFM unchecked");
  if (rest.parameters.length === 0) return output.line("has no parameters");
  output.table(
    ["parameter", ...formats, "values"],
    rest.parameters.map(({ name, values, use }) => [name, ...formats.map((format) => use[format] ?? ""), values]),
  );
}
