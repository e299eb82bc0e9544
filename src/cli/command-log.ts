import type { Emit } from "../core/events/event.ts";
import { createEventLog } from "../observability/event-log.ts";
import { type Logger, createLogger } from "../observability/logger.ts";
import type { CommandContext } from "./command-context.ts";

/** The log of a service. */
export function createServiceLogger({ env }: Pick<CommandContext, "env">): Logger {
  return createLogger(env.logLevel ?? "info", process.stderr);
}

/**
 * The events of a command that a person waits for. It shows progress by itself, so its log is silent unless LOG_LEVEL says otherwise.
 * Only what the person should know at once is printed.
 */
export function createCommandEmit({ env, output }: Pick<CommandContext, "env" | "output">): Emit {
  const log = createEventLog(createLogger(env.logLevel ?? "fatal", process.stderr));
  return (event) => {
    if (event.event === "run.names-unmatched") output.note(`${event.export}: ${event.detail}`);
    log(event);
  };
}
