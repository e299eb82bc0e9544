import { SECOND_MS } from "../core/clock.ts";
import { ALIVE_ON_SERVER } from "../core/job.ts";
import type { Ports } from "./ports.ts";
import { sendWatch } from "./watch-from.ts";

/** A look that is later than this has lost its message. */
const LATE_LOOK_MS = 5 * SECOND_MS;

/** Wakes the looks that are due and that nobody makes: at connections with jobs on the server, and at those that may have orphans. */
export async function wakeLooks(ports: Pick<Ports, "stores" | "queue" | "catalog" | "clock">): Promise<number> {
  const now = ports.clock.now();
  let sent = 0;
  for (const connection of await listWatched(ports)) {
    const turn = await ports.stores.connections.turn(connection);
    if (turn.nextLookAt && now.getTime() - turn.nextLookAt.getTime() < LATE_LOOK_MS) continue;
    const lookAt = turn.nextLookAt ?? now;
    if (!turn.nextLookAt) await ports.stores.connections.setTurn(connection, { ...turn, nextLookAt: lookAt });
    await sendWatch(ports, connection, lookAt);
    sent += 1;
  }
  return sent;
}

async function listWatched({ stores, catalog }: Pick<Ports, "stores" | "catalog">): Promise<ReadonlySet<string>> {
  const patrolled = catalog.exports().flatMap(({ connection }) => {
    const policy = catalog.findConnection(connection)?.orphans ?? "ignore";
    return policy === "ignore" ? [] : [connection];
  });
  return new Set([...(await stores.jobs.connectionsWith(ALIVE_ON_SERVER)), ...patrolled]);
}
