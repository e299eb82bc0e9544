import { afterTelling, beginBlindness, type Blindness, describeBlindness, isDue } from "../core/blindness.ts";
import type { Ports } from "./ports.ts";

/** Whether one process sees the tables. */
export interface Sight {
  saw(): void;
  /** Tells people when it has been blind for long: not through the tables, as all other news goes. */
  sawNothing(error: unknown): Promise<void>;
}

export function watchSight({ notifier, clock, emit }: Pick<Ports, "notifier" | "clock" | "emit">): Sight {
  let blindness: Blindness | null = null;
  return {
    saw: () => {
      blindness = null;
    },
    sawNothing: async (error) => {
      const now = clock.now();
      blindness ??= beginBlindness(now);
      if (!isDue(blindness, now)) return;
      const text = describeBlindness(blindness, error instanceof Error ? error.message : String(error), now);
      emit({ event: "process.blind", since: blindness.since, detail: text });
      blindness = afterTelling(blindness, notifier === null || (await notifier.notify(text)), now);
    },
  };
}
