import type { Clock } from "../../../src/core/base/clock.ts";
import { systemClock } from "../../../src/observability/system-clock.ts";

/** When time began to pass faster, in milliseconds since 1970, and how many times. */
export interface PaceSetting {
  readonly since: number;
  readonly speed: number;
}

/** The machine's clock, hurried. Every process that is given the same setting has the same time. */
export function createFastClock({ since, speed }: PaceSetting): Clock {
  return {
    now: () => new Date(since + (systemClock.now().getTime() - since) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}
