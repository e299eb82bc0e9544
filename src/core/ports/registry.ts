import type { ExporterDefinition } from "../exporters/built-in-exporters.ts";
import type { ConnectionDefinition, ExportDefinition } from "../exports/export-definition.ts";

/** The configuration as flows see it. `null`: it does not have the name, or no longer has it. */
export interface Registry {
  exports(): readonly ExportDefinition[];
  findExport(name: string): ExportDefinition | null;
  findExporter(slug: string): ExporterDefinition | null;
  findConnection(name: string): ConnectionDefinition | null;
}
