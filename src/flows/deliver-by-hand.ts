import type { Canary, Message, MessageQueue } from "../core/message.ts";
import { createHandlers } from "./handlers.ts";
import type { Ports } from "./ports.ts";

type AnyHandler = (message: Message, signal: AbortSignal) => Promise<void>;

/**
 * Does, while the queue takes no messages, what they would have made workers do: one after the other, as the tables ask for it, until
 * nothing is due any more. It is slow, but no result has to wait until the queue comes back.
 */
export async function deliverByHand(ports: Ports, signal: AbortSignal): Promise<void> {
  const due: Message[] = [];
  const handlers = createHandlers({ ...ports, queue: collectInto(due) });
  const beat = ports.clock.now().getTime();
  due.push({ queue: "maintain", beat }, { queue: "schedule", beat });
  for (let message = due.shift(); message && !signal.aborted; message = due.shift()) {
    const { queue } = message;
    await (handlers[queue] as AnyHandler)(message, signal).catch((error: unknown) => {
      ports.emit({ event: "message.failed", queue, detail: error instanceof Error ? error.message : String(error) });
    });
  }
}

/** What is due later, the tables will ask for again. */
function collectInto(due: Message[]): MessageQueue {
  const collect = (message: Message | Canary) => void ("canary" in message || due.push(message));
  return {
    send: async (message, { delayMs = 0 } = {}) => {
      if (delayMs <= 0) collect(message);
    },
    sendAll: async (messages) => messages.forEach(collect),
  };
}
