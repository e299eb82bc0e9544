import type { QueueName } from "../core/message.ts";

/** Where messages are kept: in Redis, or where there is none in a schema of their own in PostgreSQL. */
export interface QueueConnection {
  /** `redis://` or `rediss://`; `null` keeps the messages in PostgreSQL. */
  readonly queueUrl: string | null;
  readonly databaseUrl: string;
  /** Keeps programs apart that share a Redis or a database. */
  readonly prefix?: string;
  /** How many times faster than the machine's clock the program's time passes; 1 unless a test hurries it. */
  readonly speed?: number;
}

export function nameOfQueue(connection: QueueConnection, queue: QueueName): string {
  return `${connection.prefix ?? "nightferry"}-${queue}`;
}

/** What goes wrong between us and the messages' store, never with its credentials. */
export class QueueUnavailable extends Error {
  override readonly name = "QueueUnavailable";
}

/** Node's errors of several refused addresses at once have no message of their own, only a code. */
export function toQueueUnavailable(error: unknown): QueueUnavailable {
  const code = error instanceof Error && "code" in error ? String(error.code) : "no reason given";
  const detail = error instanceof Error ? error.message || code : String(error);
  const remedy = "check QUEUE_URL, or without one DATABASE_URL, and that the server is running";
  return new QueueUnavailable(`the message queue does not answer (${detail}); ${remedy}`, { cause: error });
}
