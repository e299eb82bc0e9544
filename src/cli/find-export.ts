import type { AppConfig } from "../config/app-config.ts";
import { suggestName } from "../config/nearest-name.ts";
import type { ExportDefinition } from "../core/exports/export-definition.ts";
import { CommandError, EXIT } from "./exit-codes.ts";

export function findExport(config: AppConfig, name: string): ExportDefinition {
  const definition = config.exports.get(name);
  if (definition) return definition;
  throw new CommandError(`${config.file} has no export ${name}; ${suggestName(name, [...config.exports.keys()])}`, EXIT.usage);
}
