import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../core/base/clock.ts";

/** The clock of the machine. No other file reads the time of day. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
