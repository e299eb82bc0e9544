import type { App, Workers } from "../app.ts";
import { QUEUE_ROLES } from "../core/role.ts";
import { GONE_AFTER_MS } from "../flows/keep-beating.ts";
import type { Ports } from "../flows/ports.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import type { Session } from "./session.ts";

/** A process ends within ten seconds of its signal; this leaves time to put everything else away. */
export const STOP_GRACE_MS = 7000;

export async function areWorkersAlive({ stores, clock }: Pick<Ports, "stores" | "clock">): Promise<boolean> {
  const alive = await stores.processes.rolesAliveSince(new Date(clock.now().getTime() - GONE_AFTER_MS));
  return QUEUE_ROLES.every((role) => alive.has(role));
}

/** Does `work` with workers about: those that run already, or, where none lives, our own for as long as it takes. */
export async function withWorkers<T>(app: App, session: Session, work: () => Promise<T>): Promise<T> {
  if (await areWorkersAlive(app.ports)) return await work();
  const workers = await app.start(QUEUE_ROLES);
  try {
    return await Promise.race([work(), silence(workers)]);
  } finally {
    if (session.interrupted.aborted) session.output.note("putting down what is in hand; the next start goes on from there");
    await workers.stop(STOP_GRACE_MS);
  }
}

async function silence({ silenced }: Workers): Promise<never> {
  throw new CommandError(`nothing comes from queue ${await silenced} any more, though it takes messages; try again`, EXIT.silent);
}
