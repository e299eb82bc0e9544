import { assertNever } from "./assert-never.ts";
import type { JobId, OrphanId } from "./ids.ts";

/** A message wakes a worker and carries ids only: each one can be thrown away and rebuilt from the tables. */
export type Message =
  | { readonly queue: "schedule"; readonly beat: number }
  | { readonly queue: "submit"; readonly jobId: JobId; readonly version: number }
  | { readonly queue: "watch"; readonly connection: string; readonly lookAt: number }
  | { readonly queue: "archive"; readonly jobId: JobId | OrphanId; readonly version: number }
  | { readonly queue: "maintain"; readonly beat: number };

export type QueueName = Message["queue"];

export const QUEUES = ["schedule", "submit", "watch", "archive", "maintain"] as const satisfies readonly QueueName[];

/** Deterministic, so that sending a message twice is harmless. A queue's deduplication is a convenience, never the guard. */
export function messageId(message: Message): string {
  switch (message.queue) {
    case "schedule":
    case "maintain":
      return `${message.queue}_${message.beat}`;
    case "submit":
    case "archive":
      return `${message.queue}_${message.jobId}_${message.version}`;
    case "watch":
      return `watch_${message.connection}_${message.lookAt}`;
    default:
      return assertNever(message);
  }
}

/** Wakes workers. A message may be lost, repeated or late: handlers look at the tables, not at the message. */
export interface MessageQueue {
  send(message: Message, options?: { readonly delayMs?: number }): Promise<void>;
  /** The same for several at once, which costs little more than one. */
  sendAll(messages: readonly Message[]): Promise<void>;
}
