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

/** Asks for nothing: that it comes through shows that somebody receives what the queue takes. */
export interface Canary {
  readonly queue: QueueName;
  /** The process that sent it. */
  readonly canary: string;
  readonly beat: number;
  /** Counts those that are sent with one beat. */
  readonly shot: number;
}

export const QUEUES = ["schedule", "submit", "watch", "archive", "maintain"] as const satisfies readonly QueueName[];

/** Deterministic, so that sending a message twice is harmless. A queue's deduplication is a convenience, never the guard. */
export function messageId(message: Message | Canary): string {
  if ("canary" in message) return `canary_${message.canary}_${message.beat}_${message.shot}`;
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
  send(message: Message | Canary, options?: { readonly delayMs?: number }): Promise<void>;
  /** The same for several at once, which costs little more than one. */
  sendAll(messages: readonly Message[]): Promise<void>;
}
