import { createPostgresBackend, type PgPool, Queue, type QueueOptions, type Processor, Worker, type WorkerOptions } from "bullmq";
import { Redis } from "ioredis";

import { createPostgresPool } from "./postgres-pool.ts";
import type { QueueConnection } from "./queue-connection.ts";

export type WakeUpProcessor = Processor<unknown, void>;

/** A wake-up as BullMQ stores it. */
export interface StoredWakeUp {
  readonly name: string;
  readonly data: object;
  readonly opts: { readonly delay: number; readonly removeOnComplete: true; readonly removeOnFail: true };
}

/** The methods of a BullMQ queue that we use, on either backend. */
export interface OpenQueue {
  addBulk(wakeUps: StoredWakeUp[]): Promise<unknown>;
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** The methods of a BullMQ worker that we use, on either backend. */
export interface OpenWorker {
  on(event: "error", listener: (error: Error) => void): unknown;
  pause(doNotWaitActive: true): Promise<void>;
  resume(): Promise<void>;
  isRunning(): boolean;
  close(force: true): Promise<void>;
  getBackend(): { disconnectBlocking(wait: boolean): Promise<void> };
}

/** One connection or pool for all queues or workers of a process. */
export interface QueueBackend {
  openQueue(name: string): OpenQueue;
  openWorker(name: string, processor: WakeUpProcessor, options: Omit<WorkerOptions, "connection">): OpenWorker;
  close(): Promise<void>;
}

export interface BackendOptions extends QueueConnection {
  /** The largest number of PostgreSQL connections. */
  readonly maxConnections: number;
  /** With it, the backend waits for the server until the signal aborts. Without it, a server that does not answer is an error at once. */
  readonly waitUntil?: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** BullMQ records every event of a wake-up in a stream, which this program does not read. */
const QUEUE_OPTIONS = { streams: { events: { maxLen: 100 } } } satisfies Partial<QueueOptions>;

export function openQueueBackend(options: BackendOptions): QueueBackend {
  return options.queueUrl === null ? onPostgres(createPostgresPool(options)) : onRedis(options.queueUrl, options);
}

function onPostgres(connection: PgPool): QueueBackend {
  return {
    openQueue: (name) => new Queue(name, { connection, ...QUEUE_OPTIONS }, createPostgresBackend),
    openWorker: (name, processor, options) => new Worker(name, processor, { ...options, connection }, createPostgresBackend),
    close: () => connection.end(),
  };
}

function onRedis(url: string, { waitUntil, onError }: BackendOptions): QueueBackend {
  const isPatient = waitUntil !== undefined;
  const connection = new Redis(url, { enableOfflineQueue: isPatient, maxRetriesPerRequest: isPatient ? null : 1 });
  connection.on("error", onError);
  return {
    openQueue: (name) => new Queue(name, { connection, ...QUEUE_OPTIONS }),
    openWorker: (name, processor, options) => new Worker(name, processor, { ...options, connection }),
    close: async () => connection.disconnect(),
  };
}
