import type { App } from "../app.ts";
import { aliveSince } from "../core/base/liveness.ts";
import { WORKER_ROLES } from "../core/base/role.ts";
import type { Ports } from "../flows/ports/ports.ts";
import type { CommandContext } from "./command-context.ts";

/** How long work under way may take to end after a signal. The process ends within ten seconds, so this leaves time to close the rest. */
export const STOP_GRACE_MS = 7000;

export async function areWorkersAlive({ repositories, clock }: Pick<Ports, "repositories" | "clock">): Promise<boolean> {
  const alive = await repositories.processes.rolesAliveSince(aliveSince(clock.now()));
  return WORKER_ROLES.every((role) => alive.has(role));
}

/** Runs `work` while workers run: those of other processes, or otherwise our own until `work` ends. */
export async function withWorkers<T>(app: App, context: CommandContext, work: () => Promise<T>): Promise<T> {
  if (await areWorkersAlive(app.ports)) return await work();
  const workers = app.start(WORKER_ROLES);
  try {
    return await work();
  } finally {
    if (context.interrupted.aborted) context.output.note("stopping; unfinished work continues with the next start");
    await workers.stop(STOP_GRACE_MS);
  }
}
