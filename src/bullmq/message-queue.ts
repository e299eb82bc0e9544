import { setTimeout as delay } from "node:timers/promises";

import { SECOND_MS } from "../core/clock.ts";
import { type Canary, type Message, messageId, type MessageQueue, type QueueName, QUEUES } from "../core/message.ts";
import { toPayload } from "./message-payload.ts";
import { openQueueBackend, type OpenQueue, type StoredMessage } from "./queue-backend.ts";
import { nameOfQueue, type QueueConnection, toQueueUnavailable } from "./queue-connection.ts";

/** A message is never worth a long wait: the next sweep sends it again. */
const SEND_TIMEOUT_MS = 5 * SECOND_MS;
const CLOSE_TIMEOUT_MS = 2 * SECOND_MS;

/** Sends messages. `send` throws `QueueUnavailable` when the store does not take one in time. */
export function createMessageQueue(connection: QueueConnection): MessageQueue & { close(): Promise<void> } {
  // Whoever sends during an outage is told by `send`.
  const backend = openQueueBackend({ ...connection, maxConnections: QUEUES.length, onError: () => undefined });
  const queues = new Map<QueueName, OpenQueue>();
  const queueOf = (name: QueueName): OpenQueue => {
    const known = queues.get(name);
    if (known) return known;
    const queue = backend.openQueue(nameOfQueue(connection, name));
    queue.on("error", () => undefined);
    queues.set(name, queue);
    // BullMQ remembers a failed start for ever; the next message gets a new start.
    queue.waitUntilReady().catch(() => {
      if (queues.get(name) === queue) queues.delete(name);
      queue.close().catch(() => undefined);
    });
    return queue;
  };
  const close = async (): Promise<void> => {
    const closing = Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    await Promise.race([closing, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    await Promise.race([backend.close(), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  };
  let closed: Promise<void> | null = null;
  const addAll = async (messages: readonly Sendable[], delayMs: number): Promise<void> => {
    for (const [name, group] of groupByQueue(messages)) {
      const stored = group.map((message) => toStored(message, Math.ceil(delayMs / (connection.speed ?? 1))));
      await within(SEND_TIMEOUT_MS, queueOf(name).addBulk(stored));
    }
  };
  return {
    send: (message, { delayMs = 0 } = {}) => addAll([message], delayMs),
    sendAll: (messages) => addAll(messages, 0),
    close: () => (closed ??= close()),
  };
}

type Sendable = Message | Canary;

function groupByQueue(messages: readonly Sendable[]): ReadonlyMap<QueueName, readonly Sendable[]> {
  return new Map(
    QUEUES.map((queue) => [queue, messages.filter((message) => message.queue === queue)] as const).filter(([, all]) => all.length > 0),
  );
}

function toStored(message: Sendable, delayMs: number): StoredMessage {
  const opts = { jobId: storedId(message), delay: delayMs, removeOnComplete: true, removeOnFail: true } as const;
  return { name: message.queue, data: toPayload(message), opts };
}

/** BullMQ takes no ':' in an id, but a connection's name may have one. */
function storedId(message: Message | Canary): string {
  return encodeURIComponent(messageId(message));
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`no answer within ${timeoutMs} ms`);
  });
  try {
    await Promise.race([work, late]);
  } catch (error) {
    work.catch(() => undefined);
    throw toQueueUnavailable(error);
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}
