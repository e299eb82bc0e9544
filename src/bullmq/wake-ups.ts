import { setTimeout as delay } from "node:timers/promises";
import { SECOND_MS } from "../core/base/clock.ts";
import type { WorkRole } from "../core/base/role.ts";
import type { WakeUp, WakeUps } from "../core/ports/wake-up.ts";
import { type OpenQueue, type StoredWakeUp, openQueueBackend } from "./queue-backend.ts";
import { type QueueConnection, nameOfQueue } from "./queue-connection.ts";
import type { AvailabilityReport } from "./report-unavailable.ts";
import { toPayload } from "./wake-up-payload.ts";

const CLOSE_TIMEOUT_MS = 2 * SECOND_MS;
/** While the queue does not answer, no more wake-ups than this wait in memory. Later ones are dropped. */
const MOST_UNSENT = 10_000;

/** Sends wake-ups in the background. Those that cannot be sent are dropped, and the poll interval replaces them. */
export function createWakeUps(connection: QueueConnection, report: AvailabilityReport): WakeUps & { close(): Promise<void> } {
  const backend = openQueueBackend({ ...connection, maxConnections: 2, onError: report.failed });
  const queues = new Map<WorkRole, OpenQueue>();
  const unsent = new Set<Promise<unknown>>();
  let waiting = 0;
  const queueOf = (role: WorkRole): OpenQueue => {
    const known = queues.get(role);
    if (known) return known;
    const queue = backend.openQueue(nameOfQueue(connection, role));
    queue.on("error", () => undefined);
    queues.set(role, queue);
    // BullMQ remembers a failed start forever; the next wake-up gets a new start.
    queue.waitUntilReady().catch(() => {
      if (queues.get(role) === queue) queues.delete(role);
      queue.close().catch(() => undefined);
    });
    return queue;
  };
  const add = (role: WorkRole, stored: StoredWakeUp[]): void => {
    const adding = queueOf(role).addBulk(stored).then(report.worked, report.failed);
    unsent.add(adding);
    waiting += stored.length;
    void adding.finally(() => {
      unsent.delete(adding);
      waiting -= stored.length;
    });
  };
  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await Promise.race([Promise.allSettled(unsent), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    const closing = Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    await Promise.race([closing, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    await Promise.race([backend.close(), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  };
  return {
    send: (wakeUps, { delayMs = 0 } = {}) => {
      if (closed) return;
      if (waiting >= MOST_UNSENT) {
        report.failed(new Error(`no answer to the last ${waiting} wake-ups`));
        return;
      }
      const waitMs = Math.ceil(delayMs / (connection.speed ?? 1));
      for (const role of new Set(wakeUps.map((wakeUp) => wakeUp.role))) {
        add(
          role,
          wakeUps.filter((wakeUp) => wakeUp.role === role).map((wakeUp) => toStored(wakeUp, waitMs)),
        );
      }
    },
    close: () => (closed ??= close()),
  };
}

function toStored(wakeUp: WakeUp, delayMs: number): StoredWakeUp {
  return { name: wakeUp.role, data: toPayload(wakeUp), opts: { delay: delayMs, removeOnComplete: true, removeOnFail: true } };
}
