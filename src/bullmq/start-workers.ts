import { setTimeout as delay } from "node:timers/promises";
import { isNotConnectionError } from "bullmq";
import { SECOND_MS } from "../core/base/clock.ts";
import type { WorkRole } from "../core/base/role.ts";
import { type OpenWorker, type QueueBackend, openQueueBackend } from "./queue-backend.ts";
import { type QueueConnection, nameOfQueue } from "./queue-connection.ts";
import type { AvailabilityReport } from "./report-unavailable.ts";
import { parsePayload } from "./wake-up-payload.ts";

export interface WorkersOptions extends QueueConnection {
  readonly roles: readonly WorkRole[];
  /** How many wake-ups of a role are handled at once. */
  readonly concurrency: Readonly<Record<WorkRole, number>>;
  /** Told of every wake-up; resolves when there is no more work to claim. It never rejects. */
  readonly onWakeUp: (role: WorkRole, id: string | null) => Promise<void>;
  readonly report: AvailabilityReport;
}

export interface StartedWorkers {
  /** Receives no more wake-ups, waits at most `graceMs` milliseconds for those being handled, and closes the connections. */
  close(graceMs: number): Promise<void>;
}

/** The wake-ups of a worker that dies are delivered again after this time. */
const LOCK_MS = 10 * SECOND_MS;
const BRAKE_MS = SECOND_MS;

/** Receives the wake-ups of these roles. The workers survive any time without the queue, also at the start. */
export function startWorkers(options: WorkersOptions): StartedWorkers {
  const { roles, report } = options;
  const lockDuration = Math.ceil(LOCK_MS / (options.speed ?? 1));
  const stopping = new AbortController();
  const backend = openQueueBackend({
    ...options,
    // One connection listens for each role; the others are for short statements.
    maxConnections: roles.length + Math.min(10, 2 * roles.length),
    waitUntil: stopping.signal,
    onError: report.failed,
  });
  const workers = roles.map((role) => {
    const worker = backend.openWorker(nameOfQueue(options, role), createProcessor(role, options), {
      lockDuration,
      stalledInterval: lockDuration / 2,
      concurrency: options.concurrency[role],
      // By default BullMQ drops a job whose worker has died twice. A wake-up cannot be the cause, so it is delivered again.
      maxStalledCount: 50,
      runRetryDelay: BRAKE_MS,
    });
    worker.on("error", (error) => {
      report.failed(error);
      if (isNotConnectionError(error)) brake(worker, stopping.signal);
    });
    return worker;
  });
  let closed: Promise<void> | null = null;
  const close = async (graceMs: number): Promise<void> => {
    stopping.abort();
    await closeWorkers(workers, backend, graceMs);
  };
  return { close: (graceMs) => (closed ??= close(graceMs)) };
}

function createProcessor(role: WorkRole, { onWakeUp, report }: WorkersOptions) {
  return async (wakeUp: { readonly data: unknown }): Promise<void> => {
    report.worked();
    // A wake-up of another version, or of another program, still means that there may be work.
    const id = parsePayload(wakeUp.data);
    await onWakeUp(role, id.ok ? id.value : null);
  };
}

/** BullMQ waits between its attempts only while connections are refused. On any other error it would repeat them without a pause. */
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

/** BullMQ's own close waits without a limit, and cannot be forced once it has started. */
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
