import type { WorkRole } from "../core/base/role.ts";

/** Where wake-ups are stored: in Redis, or in a separate schema of PostgreSQL. */
export interface QueueConnection {
  /** `redis://` or `rediss://`; `null`: PostgreSQL. */
  readonly queueUrl: string | null;
  readonly databaseUrl: string;
  /** Separates programs that share a Redis or a database. */
  readonly prefix?: string;
  /** How many times faster than the machine's clock the program's time passes; 1 except in tests. */
  readonly speed?: number;
}

export function nameOfQueue(connection: QueueConnection, role: WorkRole): string {
  return `${connection.prefix ?? "nightferry"}-${role}`;
}

/** Why the queue cannot be used, without credentials. */
export function describeQueueError(error: unknown): string {
  // Node's error for several refused addresses at once has no message, only a code.
  const code = error instanceof Error && "code" in error ? String(error.code) : "no reason given";
  const detail = error instanceof Error ? error.message || code : String(error);
  return `the queue of wake-ups does not answer (${detail}); check QUEUE_URL, or without one DATABASE_URL, and that the server is running`;
}
