import { admissible } from "../core/budget.ts";
import type { Ports } from "./ports.ts";

/**
 * Wakes as many pending jobs of a connection as its budget has places for. The message is only a wake-up: the place itself is
 * taken when the job's intent is written.
 */
export async function admitJobs(ports: Pick<Ports, "stores" | "queue" | "catalog" | "clock">, connection: string): Promise<number> {
  const definition = ports.catalog.findConnection(connection);
  if (!definition) return 0;
  const budget = definition.maxConcurrentJobs;
  const pending = await ports.stores.jobs.listSubmittable(connection, ports.clock.now(), SUBMITTABLE_LIMIT);
  if (pending.length === 0) return 0;
  const admitted = admissible(pending, await ports.stores.jobs.alive(connection), budget);
  for (const job of admitted) await ports.queue.send({ queue: "submit", jobId: job.id, version: job.version });
  return admitted.length;
}

const SUBMITTABLE_LIMIT = 1000;
