import type { Canary, Message, MessageQueue } from "../core/message.ts";
import type { Ports } from "./ports.ts";

/**
 * The queue as a handler needs it, which has the tables changed before it sends anything: a message that is not taken is left to the next
 * sweep. If it ended the work halfway instead, as the look at a connection, what it had not come to yet would wait for much longer.
 */
export function leaveToSweep({ queue, emit }: Pick<Ports, "queue" | "emit">): MessageQueue {
  const unsent = (messages: readonly (Message | Canary)[]) => (error: unknown) => {
    const [first] = messages;
    if (!first) return;
    const detail = error instanceof Error ? error.message : String(error);
    emit({ event: "message.unsent", queue: first.queue, messages: messages.length, detail });
  };
  return {
    send: (message, options) => queue.send(message, options).catch(unsent([message])),
    sendAll: (messages) => queue.sendAll(messages).catch(unsent(messages)),
  };
}
