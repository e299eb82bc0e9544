import { type Env, readEnv } from "../config/env.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/** What every command gets. */
export interface CommandContext {
  readonly env: Env;
  readonly output: Output;
  /** Aborts when the command was asked to end early, by SIGINT or SIGTERM. */
  readonly interrupted: AbortSignal;
  /** The `--config` of the command line; `null`: not given. */
  readonly configFile: string | null;
}

/** Reads the environment variables, those of this process unless others are given. */
export function readEnvironment(variables?: Parameters<typeof readEnv>[0]): Env {
  const env = readEnv(variables);
  if (env.ok) return env.value;
  throw new CommandError(env.error.map(({ variable, message }) => `${variable}: ${message}`).join("\n"), EXIT.configuration);
}
