import type { Failure } from "../core/failure.ts";
import { MOST_REFUSED_LOGINS } from "../core/login-gate.ts";
import type { RunWithJobs, Stores } from "../core/stores.ts";

/** The stopped connections that these runs wait for: nothing goes on there by itself, so whoever looks at runs is told. */
export async function findStopped({ connections }: Pick<Stores, "connections">, found: readonly RunWithJobs[]): Promise<Failure[]> {
  const waiting = found.filter(({ run }) => run.outcome === "pending");
  const named = waiting.flatMap(({ run, jobs }) => [...connectionIn(run.planning.lastFailure), ...jobs.map((job) => job.connection)]);
  const names = new Set(named);
  const stopped: Failure[] = [];
  for (const connection of names) {
    const isStopped = (await connections.refusedLogins(connection)) >= MOST_REFUSED_LOGINS;
    if (isStopped) stopped.push({ reason: "connection-stopped", connection });
  }
  return stopped;
}

function connectionIn(failure: Failure | null): string[] {
  return failure?.reason === "connection-stopped" ? [failure.connection] : [];
}
