import { admitJobs } from "./admit-jobs.ts";
import type { Ports } from "./ports.ts";

/** Wakes the pending jobs that their connections' budgets have places for. */
export async function wakeSubmits(ports: Pick<Ports, "stores" | "queue" | "catalog" | "clock">): Promise<number> {
  let sent = 0;
  for (const connection of await ports.stores.jobs.connectionsWith(["pending"])) sent += await admitJobs(ports, connection);
  return sent;
}
