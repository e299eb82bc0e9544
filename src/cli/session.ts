import { type App, type AppOptions, type Truth, TOOL_VERSION, createApp, openTruth } from "../app.ts";
import type { AppConfig } from "../config/app-config.ts";
import { type Env, readEnv } from "../config/env.ts";
import { formatProblem } from "../config/problem.ts";
import { readConfigFile } from "../config/read-config-file.ts";
import type { Emit } from "../core/event.ts";
import { createEventLog } from "../observability/event-log.ts";
import { type Logger, createLogger } from "../observability/logger.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/** What every command starts from. */
export interface Session {
  readonly env: Env;
  readonly output: Output;
  readonly interrupted: AbortSignal;
  /** The `--config` given on the command line. */
  readonly configFile: string | null;
}

export function readEnvironment(): Env {
  const env = readEnv();
  if (env.ok) return env.value;
  throw new CommandError(env.error.map(({ variable, message }) => `${variable}: ${message}`).join("\n"), EXIT.configuration);
}

export async function readConfiguration({ env, configFile }: Session): Promise<AppConfig> {
  const config = await readConfigFile(configFile ?? env.configFile, env);
  if (config.ok) return config.value;
  throw new CommandError(config.error.map(formatProblem).join("\n"), EXIT.configuration);
}

/** A command that a person waits for logs only what goes wrong, unless LOG_LEVEL says otherwise. */
export function createSessionLogger({ env }: Session, quietly: boolean): Logger {
  return createLogger(env.logLevel ?? (quietly ? "fatal" : "info"), process.stderr);
}

/** Opens the tables for as long as `work` runs. */
export async function withTruth<T>({ env }: Session, work: (truth: Truth) => Promise<T>): Promise<T> {
  const truth = await openTruth(env);
  try {
    return await work(truth);
  } finally {
    await truth.close();
  }
}

/** Opens everything for as long as `work` runs. */
export async function withApp<T>(
  session: Session,
  { config, ...options }: Omit<AppOptions, "truth"> & { readonly config: AppConfig },
  work: (app: App) => Promise<T>,
): Promise<T> {
  return await withTruth(session, async (truth) => {
    const app = await createApp(session.env, config, { ...options, truth });
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  });
}

/** Says nothing but what whoever waits for the command should know at once. */
export function quietEmit(session: Session): Emit {
  const log = createEventLog(createSessionLogger(session, true));
  return (event) => {
    if (event.event === "run.names-unmatched") session.output.note(`${event.export}: ${event.detail}`);
    log(event);
  };
}

export { TOOL_VERSION };
