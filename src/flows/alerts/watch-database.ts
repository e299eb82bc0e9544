import {
  type Unavailability,
  afterDelivery,
  beginUnavailability,
  describeUnavailability,
  isDue,
} from "../../core/alerts/database-unavailability.ts";
import { errorMessage } from "../../core/base/error-message.ts";
import type { Ports } from "../ports/ports.ts";

/** Whether one process can use the database. */
export interface DatabaseWatch {
  available(): void;
  /** Alerts the operator when this has lasted for long. It bypasses the outbox, which is in the database. */
  unavailable(error: unknown): Promise<void>;
}

export function watchDatabase({ notifier, clock, emit }: Pick<Ports, "notifier" | "clock" | "emit">): DatabaseWatch {
  let unavailability: Unavailability | null = null;
  return {
    available: () => {
      unavailability = null;
    },
    unavailable: async (error) => {
      const now = clock.now();
      unavailability ??= beginUnavailability(now);
      if (!isDue(unavailability, now)) return;
      const text = describeUnavailability(unavailability, errorMessage(error), now);
      emit({ event: "database.unavailable", since: unavailability.since, detail: text });
      unavailability = afterDelivery(unavailability, notifier === null || (await notifier.notify(text)), now);
    },
  };
}
