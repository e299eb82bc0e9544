import { formatProblem } from "../config/problem.ts";
import { readExporters } from "../config/read-config-file.ts";
import type { ExporterDefinition } from "../core/exporter-catalog.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import type { Session } from "./session.ts";

/**
 * The exporters that the configuration adds, for commands that do without one: none where there is no file. What is wrong with them
 * ends the command only where the file was named; in one that merely lies there it is said.
 */
export async function readOwnExporters({ env, output, configFile }: Session): Promise<readonly ExporterDefinition[]> {
  const isNamed = configFile !== null || env.variable("NIGHTFERRY_CONFIG") !== undefined;
  const own = await readExporters(configFile ?? env.configFile, { isOptional: !isNamed });
  if (own.ok) return [...own.value.values()];
  const problems = own.error.map(formatProblem).join("\n");
  if (isNamed) throw new CommandError(problems, EXIT.configuration);
  output.note(problems);
  return [];
}
