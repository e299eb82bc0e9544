import { type Pace, createApp, openTruth } from "../../app.ts";
import type { Role } from "../../core/stores.ts";
import { startHttp } from "../../http/server.ts";
import { createEventLog } from "../../observability/event-log.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Session, createSessionLogger, readConfiguration } from "../session.ts";
import { STOP_GRACE_MS } from "../with-workers.ts";

const QUEUES: readonly Role[] = ["submit", "watch", "archive", "maintain"];
const ALL: readonly Role[] = ["scheduler", ...QUEUES, "http"];

/** Runs these roles, or all of them for `null`, in this process until SIGTERM or Ctrl-C. */
export async function serve(session: Session, wanted: readonly string[] | null, options: { readonly pace?: Pace } = {}): Promise<void> {
  const roles = wanted === null ? ALL : wanted.map(parseRole);
  const config = await readConfiguration(session);
  const logger = createSessionLogger(session, false);
  const emit = createEventLog(logger);
  const truth = await openTruth(session.env);
  try {
    const app = await createApp(session.env, config, { truth, emit, ...options });
    const workers = await app.start(roles);
    const http = roles.includes("http") ? await startHttp({ ...session.env, stores: app.ports.stores, clock: app.ports.clock }) : null;
    logger.info({ roles, ...(http ? { http: http.url } : {}) }, "process.started");
    await new Promise<void>((resolve) => {
      if (session.interrupted.aborted) resolve();
      else session.interrupted.addEventListener("abort", () => resolve(), { once: true });
    });
    logger.info({ roles }, "process.stopping");
    await http?.close();
    await workers.stop(STOP_GRACE_MS);
    await app.close();
  } finally {
    await truth.close();
  }
  logger.info({ roles }, "process.stopped");
}

function parseRole(name: string): Role {
  const role = ALL.find((known) => known === name);
  if (role) return role;
  throw new CommandError(`there is no queue ${name}; there are ${QUEUES.join(", ")}`, EXIT.usage);
}
