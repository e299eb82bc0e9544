import { closedAt } from "../core/outage.ts";
import type { Ports } from "./ports.ts";

const BATCH = 200;

/** Wakes the results that may be fetched now. */
export async function wakeArchives({
  stores,
  queue,
  catalog,
  clock,
}: Pick<Ports, "stores" | "queue" | "catalog" | "clock">): Promise<number> {
  const now = clock.now();
  const closed = closedAt(await stores.outages.list(), now);
  const due = await stores.jobs.listReady({ now, closed, limit: BATCH });
  const names = new Set(catalog.exports().map(({ connection }) => connection));
  const connections = [...names].filter((name) => catalog.findConnection(name)?.orphans === "rescue" && !closed.connections.includes(name));
  const orphans = await stores.orphans.listFound({ connections, now, limit: BATCH });
  const results = [...due, ...orphans];
  await queue.sendAll(results.map(({ id, version }) => ({ queue: "archive", jobId: id, version })));
  return results.length;
}
