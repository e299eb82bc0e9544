import { once } from "node:events";
import type { App, AppOptions } from "../../app.ts";
import type { Env } from "../../config/env.ts";
import { formatHttpAddress } from "../../config/http-address.ts";
import { ROLES, type Role } from "../../core/base/role.ts";
import { type HttpServer, startHttp } from "../../http/server.ts";
import { createEventLog } from "../../observability/event-log.ts";
import type { CommandContext } from "../command-context.ts";
import { createServiceLogger } from "../command-log.ts";
import { describeListenError } from "../describe-listen-error.ts";
import { readConfiguration } from "../read-configuration.ts";
import { withApp } from "../with-app.ts";
import { STOP_GRACE_MS } from "../with-workers.ts";

/** Runs these roles in this process until SIGTERM or Ctrl-C. */
export async function serve(
  context: CommandContext,
  roles: readonly Role[] = ROLES,
  options: Pick<AppOptions, "pace"> = {},
): Promise<void> {
  const config = await readConfiguration(context);
  const logger = createServiceLogger(context);
  await withApp(context, { ...options, config, emit: createEventLog(logger) }, async (app) => {
    // Listens before any work begins, so that nothing was started if the address cannot be used.
    const http = roles.includes("http") ? await listen(context.env, app) : null;
    const workers = app.start(roles);
    logger.info({ roles, ...(http ? { http: http.url } : {}) }, "process.started");
    if (!context.interrupted.aborted) await once(context.interrupted, "abort");
    logger.info({ roles }, "process.stopping");
    await http?.close();
    await workers.stop(STOP_GRACE_MS);
  });
  logger.info({ roles }, "process.stopped");
}

async function listen(env: Env, { ports: { repositories, clock } }: App): Promise<HttpServer> {
  try {
    return await startHttp({ http: env.http, repositories, clock });
  } catch (error) {
    throw describeListenError(
      error,
      formatHttpAddress(env.http),
      "stop the program that uses it, or set NIGHTFERRY_HTTP to another address",
    );
  }
}
