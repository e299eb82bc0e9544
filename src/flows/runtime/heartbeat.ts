import { HEARTBEAT_MS } from "../../core/base/liveness.ts";
import type { Role } from "../../core/base/role.ts";
import { type DatabaseWatch, watchDatabase } from "../alerts/watch-database.ts";
import type { Ports } from "../ports/ports.ts";

type HeartbeatPorts = Pick<Ports, "repositories" | "clock" | "notifier" | "emit">;

export interface RunningProcess {
  readonly processId: string;
  readonly roles: readonly Role[];
  readonly onFailure: (error: unknown) => void;
}

/** Shows that the process is running, until the signal aborts. A heartbeat that fails is only reported: the next one follows soon. */
export async function keepHeartbeat(ports: HeartbeatPorts, process: RunningProcess, signal: AbortSignal): Promise<void> {
  const watch = watchDatabase(ports);
  while (!signal.aborted) {
    await sendHeartbeat(ports, process, watch);
    await ports.clock.sleep(HEARTBEAT_MS, signal);
  }
  await ports.repositories.processes.remove(process.processId).catch(process.onFailure);
}

/** A process that reconciles also alerts the operator when it cannot use the database for long. */
async function sendHeartbeat(
  { repositories, clock }: HeartbeatPorts,
  { processId, roles, onFailure }: RunningProcess,
  watch: DatabaseWatch,
): Promise<void> {
  try {
    await repositories.processes.heartbeat({ id: processId, roles, at: clock.now() });
    watch.available();
  } catch (error) {
    onFailure(error);
    if (roles.includes("reconcile")) await watch.unavailable(error);
  }
}
