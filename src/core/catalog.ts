import type { ExporterDefinition } from "./exporter-catalog.ts";
import type { ConnectionDefinition, ExportDefinition } from "./export-definition.ts";

/** The configuration as flows see it. `null` for names that it does not have, or no longer. */
export interface Catalog {
  exports(): readonly ExportDefinition[];
  findExport(name: string): ExportDefinition | null;
  findExporter(slug: string): ExporterDefinition | null;
  findConnection(name: string): ConnectionDefinition | null;
}
