import { suggestName } from "../../config/nearest-name.ts";
import { EXPORTERS, SELECTORS } from "../../core/exporter-catalog.ts";
import { type ExporterDocument, exporterDocument } from "../../core/exporter-document.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { readOwnExporters } from "../own-exporters.ts";
import type { Session } from "../session.ts";

/** Prints the catalog, with what the configuration adds to it; or one exporter with all its parameters. */
export async function exporters(session: Session, slug: string | null, options: { readonly json?: boolean }): Promise<void> {
  const own = await readOwnExporters(session);
  const documents = [
    ...EXPORTERS.map((exporter) => exporterDocument(exporter, "catalog")),
    ...own.map((exporter) => exporterDocument(exporter, "configuration")),
  ];
  const { output } = session;
  if (slug === null) {
    if (options.json) output.json(documents);
    else printAll(output, documents);
    return;
  }
  const found = documents.find((document) => document.slug === slug);
  if (!found) {
    const known = documents.map((document) => document.slug);
    throw new CommandError(`there is no exporter ${slug}; ${suggestName(slug, known)}`, EXIT.usage);
  }
  if (options.json) output.json(found);
  else printOne(output, found);
}

function printAll(output: Output, documents: readonly ExporterDocument[]): void {
  output.table(
    ["exporter", "title", "selects by", "formats", "from"],
    documents.map(({ slug, title, selectBy, formats, source }) => [slug, title, selectBy.join(", "), formats.join(", "), source]),
  );
}

function printOne(output: Output, { slug, title, source, selector, formats, ...rest }: ExporterDocument): void {
  output.line(`${output.style("bold", slug)}  ${title}, from the ${source}`);
  output.line(`selects ${selector.replaceAll("-", " ")}, by ${SELECTORS[selector].right}; writes ${formats.join(", ")}`);
  output.line(`too large a result is cut ${rest.cutByDate ? "by dates, then by entities" : "by entities, never by dates"}`);
  if (rest.anyParameter) return output.line("any parameter is let through; WFM decides");
  if (rest.parameters.length === 0) return output.line("it takes no parameters");
  output.table(
    ["parameter", ...formats, "value"],
    rest.parameters.map(({ name, values, use }) => [name, ...formats.map((format) => use[format] ?? ""), values]),
  );
}
