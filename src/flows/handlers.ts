import type { Message, QueueName } from "../core/message.ts";
import { createDueRuns } from "./create-due-runs.ts";
import { fetchNext } from "./fetch-next.ts";
import { planWaitingRuns } from "./plan-run.ts";
import { leaveToSweep } from "./leave-to-sweep.ts";
import type { Ports } from "./ports.ts";
import { submitJob } from "./submit-job.ts";
import { sweep } from "./sweep.ts";
import { watchConnection } from "./watch-connection.ts";

/** What a worker does when a message of a queue arrives. The signal says that the process is stopping. */
export type Handlers = {
  readonly [Q in QueueName]: (message: Extract<Message, { readonly queue: Q }>, signal: AbortSignal) => Promise<void>;
};

export function createHandlers(given: Ports): Handlers {
  const ports = { ...given, queue: leaveToSweep(given) };
  return {
    schedule: async (_message, signal) => {
      await createDueRuns(ports);
      await planWaitingRuns(ports, signal);
    },
    submit: async ({ jobId }) => await submitJob(ports, jobId),
    watch: async ({ connection }, signal) => await watchConnection(ports, connection, signal),
    archive: async (_message, signal) => void (await fetchNext(ports, signal)),
    maintain: async () => await sweep(ports),
  };
}
