import { once } from "node:events";
import { type AppOptions, createApp, openTruth } from "../../app.ts";
import type { QueueName } from "../../core/message.ts";
import type { Role } from "../../core/stores.ts";
import { startHttp } from "../../http/server.ts";
import { createEventLog } from "../../observability/event-log.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Session, createSessionLogger, readConfiguration } from "../session.ts";
import { STOP_GRACE_MS } from "../with-workers.ts";

const QUEUES: readonly Role[] = ["submit", "watch", "archive", "maintain"];
const ALL: readonly Role[] = ["scheduler", ...QUEUES, "http"];

/**
 * Runs these roles, or all of them for `null`, in this process until SIGTERM or Ctrl-C. A process that no longer hears a queue of
 * its own ends itself: only a new one is sure to hear it.
 */
export async function serve(
  session: Session,
  wanted: readonly string[] | null,
  options: Pick<AppOptions, "canaryPlan" | "pace"> = {},
): Promise<void> {
  const roles = wanted === null ? ALL : wanted.map(parseRole);
  const config = await readConfiguration(session);
  const logger = createSessionLogger(session, false);
  const emit = createEventLog(logger);
  const truth = await openTruth(session.env);
  let silenced: QueueName | null = null;
  try {
    const app = await createApp(session.env, config, { ...options, truth, emit });
    const workers = await app.start(roles);
    const { stores, clock } = app.ports;
    const silences = () => workers.silences();
    const http = roles.includes("http") ? await startHttp({ ...session.env, stores, clock, silences }) : null;
    logger.info({ roles, ...(http ? { http: http.url } : {}) }, "process.started");
    silenced = await Promise.race([interruption(session.interrupted), workers.silenced]);
    logger.info({ roles }, "process.stopping");
    await http?.close();
    await workers.stop(STOP_GRACE_MS);
    await app.close();
  } finally {
    await truth.close();
  }
  logger.info({ roles }, "process.stopped");
  if (silenced) throw new CommandError(`nothing comes from queue ${silenced} any more, though it takes messages; start again`, EXIT.silent);
}

async function interruption(signal: AbortSignal): Promise<null> {
  if (!signal.aborted) await once(signal, "abort");
  return null;
}

function parseRole(name: string): Role {
  const role = ALL.find((known) => known === name);
  if (role) return role;
  throw new CommandError(`there is no queue ${name}; there are ${QUEUES.join(", ")}`, EXIT.usage);
}
