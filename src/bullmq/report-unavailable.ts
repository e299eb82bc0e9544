import type { Emit } from "../core/events/event.ts";
import { describeQueueError } from "./queue-connection.ts";

export interface AvailabilityReport {
  readonly failed: (error: unknown) => void;
  readonly worked: () => void;
}

/** Says once that wake-ups are unavailable, and once that they are available again. */
export function createAvailabilityReport(emit: Emit): AvailabilityReport {
  let isAvailable = true;
  return {
    failed: (error) => {
      if (isAvailable) emit({ event: "wake-ups.unavailable", detail: describeQueueError(error) });
      isAvailable = false;
    },
    worked: () => {
      if (!isAvailable) emit({ event: "wake-ups.available" });
      isAvailable = true;
    },
  };
}
