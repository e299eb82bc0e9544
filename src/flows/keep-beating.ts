import { SECOND_MS } from "../core/clock.ts";
import type { Role } from "../core/stores.ts";
import type { Ports } from "./ports.ts";

export const BEAT_MS = 5 * SECOND_MS;

/** A process that has not beaten for this long counts as gone. */
export const GONE_AFTER_MS = 3 * BEAT_MS;

/**
 * The pulse of one process: it says that it lives, and wakes the schedule and the sweep. Many processes may beat at once, because
 * a beat's message has the same id wherever it comes from. A beat that fails is only reported: the next one is soon.
 */
export async function keepBeating(
  ports: Pick<Ports, "stores" | "queue" | "clock">,
  {
    processId,
    roles,
    onFailure,
  }: { readonly processId: string; readonly roles: readonly Role[]; readonly onFailure: (error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await beatOnce(ports, processId, roles).catch(onFailure);
    await ports.clock.sleep(BEAT_MS, signal);
  }
  await ports.stores.processes.remove(processId).catch(onFailure);
}

async function beatOnce(ports: Pick<Ports, "stores" | "queue" | "clock">, id: string, roles: readonly Role[]): Promise<void> {
  const at = ports.clock.now();
  const beat = Math.floor(at.getTime() / BEAT_MS);
  await ports.stores.processes.beat({ id, roles, at });
  if (roles.includes("scheduler")) await ports.queue.send({ queue: "schedule", beat });
  if (roles.includes("maintain")) await ports.queue.send({ queue: "maintain", beat });
}
