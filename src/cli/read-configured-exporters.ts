import { formatProblem } from "../config/problem.ts";
import { readExporters } from "../config/read-config-file.ts";
import type { ExporterDefinition } from "../core/exporters/built-in-exporters.ts";
import type { CommandContext } from "./command-context.ts";
import { CommandError, EXIT } from "./exit-codes.ts";

/**
 * The exporters that the configuration file describes, for commands that can do without a file. Problems end the command only if the user
 * named the file. A file that is only found at the default path may be wrong: its problems are printed.
 */
export async function readConfiguredExporters({ env, output, configFile }: CommandContext): Promise<readonly ExporterDefinition[]> {
  const isNamed = configFile !== null || env.variable("NIGHTFERRY_CONFIG") !== undefined;
  const configured = await readExporters(configFile ?? env.configFile, { isOptional: !isNamed });
  if (configured.ok) return [...configured.value.values()];
  const problems = configured.error.map(formatProblem).join("\n");
  if (isNamed) throw new CommandError(problems, EXIT.configuration);
  output.note(problems);
  return [];
}
