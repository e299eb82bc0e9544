import { ALIVE_ON_SERVER } from "../core/job.ts";
import type { Ports } from "./ports.ts";
import { sendWatch } from "./watch-from.ts";

/**
 * Wakes the next look at every connection with jobs on the server, and at every one that may have orphans: to wait until a look is
 * late would cost the time after an outage.
 */
export async function wakeLooks(ports: Pick<Ports, "stores" | "queue" | "catalog" | "clock">): Promise<number> {
  const now = ports.clock.now();
  let sent = 0;
  for (const connection of await listWatched(ports)) {
    const turn = await ports.stores.connections.turn(connection);
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
