import type { Failure } from "../core/base/failure.ts";
import { MOST_REFUSED_LOGINS } from "../core/base/login-gate.ts";
import type { RunWithJobs } from "../core/jobs/run.ts";
import type { Repositories } from "../core/persistence/repositories.ts";

/** The stopped connections that pending runs wait for. Only an operator can start them again, so commands that show runs name them. */
export async function findStoppedConnections(
  { connections }: Pick<Repositories, "connections">,
  found: readonly RunWithJobs[],
): Promise<Failure[]> {
  const waiting = found.filter(({ run }) => run.outcome === "pending");
  const named = waiting.flatMap(({ run, jobs }) => [...connectionIn(run.planning.lastFailure), ...jobs.map((job) => job.connection)]);
  const stopped: Failure[] = [];
  for (const connection of new Set(named)) {
    const isStopped = (await connections.refusedLogins(connection)) >= MOST_REFUSED_LOGINS;
    if (isStopped) stopped.push({ reason: "connection-stopped", connection });
  }
  return stopped;
}

function connectionIn(failure: Failure | null): string[] {
  return failure?.reason === "connection-stopped" ? [failure.connection] : [];
}
