import { MINUTE_MS } from "../core/clock.ts";
import { toQueueUnavailable } from "./queue-connection.ts";

export interface OutageReporter {
  readonly report: (error: unknown) => void;
  readonly close: () => void;
}

/** Tells of each kind of trouble once a minute: in an outage every attempt of every connection fails in the same way. */
export function createOutageReporter(tell: (error: Error) => void): OutageReporter {
  const quiet = new Map<string, NodeJS.Timeout>();
  let isClosed = false;
  return {
    report(error) {
      const unavailable = toQueueUnavailable(error);
      if (isClosed || quiet.has(unavailable.message)) return;
      quiet.set(unavailable.message, setTimeout(() => quiet.delete(unavailable.message), MINUTE_MS).unref());
      tell(unavailable);
    },
    close() {
      isClosed = true;
      for (const timer of quiet.values()) clearTimeout(timer);
      quiet.clear();
    },
  };
}
