import { admissible } from "../core/budget.ts";
import { passageOf } from "../core/outage.ts";
import type { Ports } from "./ports.ts";

/**
 * Wakes as many pending jobs of a connection as its budget has places for. The message is only a wake-up: the place itself is
 * taken when the job's intent is written.
 */
export async function admitJobs(ports: Pick<Ports, "stores" | "queue" | "catalog" | "clock">, connection: string): Promise<number> {
  const definition = ports.catalog.findConnection(connection);
  if (!definition) return 0;
  const now = ports.clock.now();
  const passage = passageOf(await ports.stores.outages.list(), { kind: "connection", name: connection }, now);
  if (passage === "closed") return 0;
  const pending = await ports.stores.jobs.listSubmittable(connection, now, SUBMITTABLE_LIMIT);
  if (pending.length === 0) return 0;
  const inOrder = admissible(pending, await ports.stores.jobs.alive(connection), definition.maxConcurrentJobs);
  // After an outage one job goes ahead of all, to see whether it is over.
  const admitted = passage === "due" ? inOrder.slice(0, 1) : inOrder;
  for (const job of admitted) await ports.queue.send({ queue: "submit", jobId: job.id, version: job.version });
  return admitted.length;
}

const SUBMITTABLE_LIMIT = 1000;
