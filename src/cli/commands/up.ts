import { once } from "node:events";
import { type App, type AppOptions, type Workers, createApp, openTruth } from "../../app.ts";
import type { Env } from "../../config/env.ts";
import { formatHttpAddress } from "../../config/http-address.ts";
import type { QueueName } from "../../core/message.ts";
import { type Role, ROLES } from "../../core/role.ts";
import { type HttpOptions, type HttpServer, startHttp } from "../../http/server.ts";
import { createEventLog } from "../../observability/event-log.ts";
import { describeListenError } from "../describe-listen-error.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Session, createSessionLogger, readConfiguration } from "../session.ts";
import { STOP_GRACE_MS } from "../with-workers.ts";

/**
 * Runs these roles in this process until SIGTERM or Ctrl-C. A process that no longer hears a queue of its own ends itself: only a
 * new one is sure to hear it.
 */
export async function serve(
  session: Session,
  roles: readonly Role[] = ROLES,
  options: Pick<AppOptions, "canaryPlan" | "pace"> = {},
): Promise<void> {
  const config = await readConfiguration(session);
  const logger = createSessionLogger(session, false);
  const emit = createEventLog(logger);
  const truth = await openTruth(session.env);
  let silenced: QueueName | null = null;
  try {
    const app = await createApp(session.env, config, { ...options, truth, emit });
    let workers: Workers | null = null;
    // Listens before anything is worked on: where it cannot, nothing was begun.
    const http = roles.includes("http") ? await listen(session.env, app, () => workers?.silences() ?? new Map()) : null;
    workers = await app.start(roles);
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

async function listen(env: Env, { ports: { stores, clock } }: App, silences: HttpOptions["silences"]): Promise<HttpServer> {
  try {
    return await startHttp({ http: env.http, stores, clock, silences });
  } catch (error) {
    throw describeListenError(error, formatHttpAddress(env.http), "stop what uses it, or set NIGHTFERRY_HTTP to another address");
  }
}

async function interruption(signal: AbortSignal): Promise<null> {
  if (!signal.aborted) await once(signal, "abort");
  return null;
}
