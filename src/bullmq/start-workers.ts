import { setTimeout as delay } from "node:timers/promises";

import { isNotConnectionError, WaitingError } from "bullmq";

import { SECOND_MS } from "../core/clock.ts";
import { type Canary, type Message, type QueueName, QUEUES } from "../core/message.ts";
import { type MessageOf, parsePayload } from "./message-payload.ts";
import { createOutageReporter } from "./outage-reporter.ts";
import { type MessageProcessor, openQueueBackend, type OpenWorker, type QueueBackend } from "./queue-backend.ts";
import { nameOfQueue, type QueueConnection } from "./queue-connection.ts";

/** What a message of each queue makes us do. The signal aborts when the workers are closed. */
export type MessageHandlers = Partial<{ [Q in QueueName]: (message: MessageOf<Q>, signal: AbortSignal) => Promise<void> }> & {
  /** What a canary makes us do, whichever of these queues it comes from. */
  readonly canary?: (canary: Canary, signal: AbortSignal) => Promise<void>;
};

export interface WorkersOptions extends QueueConnection {
  /** A worker is started for each queue that has a handler. */
  readonly handlers: MessageHandlers;
  /** How many messages of a queue are worked on at once. */
  readonly concurrency: Readonly<Record<QueueName, number>>;
  /** A handler threw, a message is malformed, or the store does not answer. The message, if there was one, is dropped. */
  readonly onFailure: (queue: QueueName, error: unknown) => void;
}

export interface StartedWorkers {
  /** Aborts the handlers' signal, waits for them for at most `graceMs` milliseconds, and lets go of the rest. */
  close(graceMs: number): Promise<void>;
}

/** A worker that died is taken for dead after this time, and its messages are delivered again. */
const LOCK_MS = 10 * SECOND_MS;
const BRAKE_MS = SECOND_MS;

const WORKER_OPTIONS = {
  // By default a message is given up after its second dead worker; here the tables decide on that.
  maxStalledCount: 50,
  runRetryDelay: BRAKE_MS,
} as const;

/** Starts workers. They outlast outages, also one that there is at the start. */
export async function startWorkers(options: WorkersOptions): Promise<StartedWorkers> {
  const queues = QUEUES.filter((queue) => options.handlers[queue]);
  const lockDuration = Math.ceil(LOCK_MS / (options.speed ?? 1));
  const stopping = new AbortController();
  const reporters = queues.map((queue) => ({ queue, ...createOutageReporter((error) => options.onFailure(queue, error)) }));
  const backend = openQueueBackend({
    ...options,
    // One listens for each queue; the others are for short statements.
    maxConnections: queues.length + Math.min(10, 2 * queues.length),
    waitUntil: stopping.signal,
    onError: (error) => reporters[0]?.report(error),
  });
  const workers = reporters.map(({ queue, report }) => {
    const worker = backend.openWorker(nameOfQueue(options, queue), createProcessor(queue, options, stopping.signal), {
      ...WORKER_OPTIONS,
      lockDuration,
      stalledInterval: lockDuration / 2,
      concurrency: options.concurrency[queue],
    });
    worker.on("failed", (_message, error) => options.onFailure(queue, error));
    worker.on("error", (error) => {
      report(error);
      if (isNotConnectionError(error)) brake(worker, stopping.signal);
    });
    return worker;
  });
  const stop = async (graceMs: number): Promise<void> => {
    stopping.abort();
    await closeWorkers(workers, backend, graceMs);
    for (const { close } of reporters) close();
  };
  let stopped: Promise<void> | null = null;
  return { close: (graceMs) => (stopped ??= stop(graceMs)) };
}

type AnyHandler = (message: Message, signal: AbortSignal) => Promise<void>;

function createProcessor(queue: QueueName, options: WorkersOptions, stopping: AbortSignal): MessageProcessor {
  const handle = options.handlers[queue] as AnyHandler | undefined;
  return async (job, token) => {
    if (stopping.aborted) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const message = parsePayload(queue, job.data);
    try {
      if (!message.ok) throw new Error(`malformed message ${job.id ?? ""}: ${message.error}`);
      if ("canary" in message.value) await options.handlers.canary?.(message.value, stopping);
      else await handle?.(message.value, stopping);
    } catch (error) {
      options.onFailure(queue, error);
    }
  };
}

/** BullMQ waits between attempts only while the connection is refused; on any other error it would spin. */
function brake(worker: OpenWorker, stopping: AbortSignal): void {
  const pauseAndResume = async (): Promise<void> => {
    await worker.pause(true);
    await delay(BRAKE_MS, undefined, { signal: stopping });
    await worker.resume();
  };
  pauseAndResume().catch(() => undefined);
}

const IDLE_POLL_MS = 10;
const TEARDOWN_MS = SECOND_MS;

/** BullMQ's own close waits without a limit, and once begun it cannot be forced any more. */
async function closeWorkers(workers: readonly OpenWorker[], backend: QueueBackend, graceMs: number): Promise<void> {
  const graceOver = AbortSignal.timeout(graceMs);
  for (const worker of workers) {
    worker.pause(true).catch(() => undefined);
    worker
      .getBackend()
      .disconnectBlocking(false)
      .catch(() => undefined);
  }
  while (!graceOver.aborted && workers.some((worker) => worker.isRunning())) await delay(IDLE_POLL_MS);
  const closing = Promise.allSettled(workers.map((worker) => worker.close(true)));
  await Promise.race([closing, delay(TEARDOWN_MS, undefined, { ref: false })]);
  await Promise.race([backend.close(), delay(TEARDOWN_MS, undefined, { ref: false })]);
}
