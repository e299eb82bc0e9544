import type { Clock } from "../../src/core/clock.ts";
import { type Canary, type Message, messageId, type MessageQueue, type QueueName } from "../../src/core/message.ts";

export type MessageHandlers = Partial<{
  [Q in QueueName]: (message: Extract<Message, { queue: Q }>, signal: AbortSignal) => Promise<void>;
}> & { readonly canary?: (canary: Canary, signal: AbortSignal) => Promise<void> };

export interface DeliveryFailure {
  readonly queue: QueueName;
  readonly error: unknown;
}

/** A queue that delivers when a test says so, and sees due what the test's clock says. */
export interface MemoryMessageQueue extends MessageQueue {
  /** Delivers every message that is due and has a handler, one after the other, also those sent on the way. Returns how many. */
  deliver(handlers: MessageHandlers, signal?: AbortSignal): Promise<number>;
  /** Delivers the first message that is due and has a handler; `null` when there is none. */
  deliverNext(handlers: MessageHandlers, signal?: AbortSignal): Promise<Message | Canary | null>;
  /** Messages not delivered yet, in the order of their delivery. */
  pending(): readonly (Message | Canary)[];
  /** When the first of them is due; `null` when there is none. */
  nextDueAt(): Date | null;
  /** What handlers threw; their messages are dropped. */
  readonly failures: readonly DeliveryFailure[];
  /** Loses everything, as a flushed Redis does. */
  flush(): void;
}

interface Waiting {
  readonly message: Message | Canary;
  readonly dueAt: number;
  readonly order: number;
}

export function createMemoryMessageQueue(clock: Pick<Clock, "now">): MemoryMessageQueue {
  const waiting = new Map<string, Waiting>();
  const active = new Set<string>();
  const failures: DeliveryFailure[] = [];
  let sent = 0;
  const inOrder = (): Waiting[] => [...waiting.values()].sort((a, b) => a.dueAt - b.dueAt || a.order - b.order);
  const deliverNext = async (handlers: MessageHandlers, signal = new AbortController().signal): Promise<Message | Canary | null> => {
    const now = clock.now().getTime();
    const due = inOrder().find(({ message, dueAt }) => dueAt <= now && handlers[message.queue]);
    if (!due) return null;
    const { message } = due;
    const id = messageId(message);
    waiting.delete(id);
    active.add(id);
    try {
      if ("canary" in message) await handlers.canary?.(message, signal);
      else await (handlers[message.queue] as (message: Message, signal: AbortSignal) => Promise<void>)(message, signal);
    } catch (error) {
      failures.push({ queue: message.queue, error });
    } finally {
      active.delete(id);
    }
    return message;
  };
  const send: MessageQueue["send"] = async (message, { delayMs = 0 } = {}) => {
    const id = messageId(message);
    if (waiting.has(id) || active.has(id)) return;
    waiting.set(id, { message, dueAt: clock.now().getTime() + delayMs, order: sent++ });
  };
  return {
    failures,
    deliverNext,
    send,
    sendAll: async (messages) => {
      for (const message of messages) await send(message);
    },
    deliver: async (handlers, signal) => {
      let delivered = 0;
      while (await deliverNext(handlers, signal)) delivered += 1;
      return delivered;
    },
    pending: () => inOrder().map(({ message }) => message),
    nextDueAt: () => {
      const [first] = inOrder();
      return first ? new Date(first.dueAt) : null;
    },
    flush: () => waiting.clear(),
  };
}
