import type { AppConfig } from "../config/app-config.ts";
import { formatProblem } from "../config/problem.ts";
import { readConfigFile } from "../config/read-config-file.ts";
import type { CommandContext } from "./command-context.ts";
import { CommandError, EXIT } from "./exit-codes.ts";

/** Reads the configuration file. All problems of an invalid file end the command at once. */
export async function readConfiguration({ env, configFile }: Pick<CommandContext, "env" | "configFile">): Promise<AppConfig> {
  const config = await readConfigFile(configFile ?? env.configFile, env);
  if (config.ok) return config.value;
  throw new CommandError(config.error.map(formatProblem).join("\n"), EXIT.configuration);
}
