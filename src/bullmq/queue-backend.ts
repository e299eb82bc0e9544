import { createPostgresBackend, type PgPool, Queue, type QueueOptions, type Processor, Worker, type WorkerOptions } from "bullmq";
import { Redis } from "ioredis";

import { createPostgresPool } from "./postgres-pool.ts";
import type { QueueConnection } from "./queue-connection.ts";

export type MessageProcessor = Processor<unknown, void>;

/** A message as BullMQ keeps it. */
export interface StoredMessage {
  readonly name: string;
  readonly data: object;
  readonly opts: { readonly jobId: string; readonly delay: number; readonly removeOnComplete: true; readonly removeOnFail: true };
}

/** The part of a BullMQ queue that we use, whatever is behind it. */
export interface OpenQueue {
  /** One message costs what `add` costs, and many hardly more. */
  addBulk(messages: StoredMessage[]): Promise<unknown>;
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** The part of a BullMQ worker that we use, whatever is behind it. */
export interface OpenWorker {
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "failed", listener: (job: unknown, error: Error) => void): unknown;
  pause(doNotWaitActive: true): Promise<void>;
  resume(): Promise<void>;
  isRunning(): boolean;
  close(force: true): Promise<void>;
  getBackend(): { disconnectBlocking(wait: boolean): Promise<void> };
}

/** One connection, or pool of them, that all of a process's queues or workers share. */
export interface QueueBackend {
  openQueue(name: string): OpenQueue;
  openWorker(name: string, processor: MessageProcessor, options: Omit<WorkerOptions, "connection">): OpenWorker;
  close(): Promise<void>;
}

export interface BackendOptions extends QueueConnection {
  /** How many queues will be opened, or workers and the messages they work on at once. */
  readonly maxConnections: number;
  /** Given, an outage is waited out until the signal aborts; otherwise it is an error at once. */
  readonly waitUntil?: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** BullMQ keeps a line for each thing that happens to a message; nobody reads them here. */
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
