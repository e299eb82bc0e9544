import { performance } from "node:perf_hooks";

/** The simulator's own time, in milliseconds since 1970: the real one from the start on, faster when asked, and pushed by hand. */
export interface SimulatorClock {
  readonly now: () => number;
  /** Moves simulated time forward by `ms`. */
  readonly advance: (ms: number) => void;
}

/** The only place of the simulator that reads a clock. */
function readSystemClock(): number {
  return performance.timeOrigin + performance.now();
}

/** `speed`: how many simulated milliseconds pass in a real one. */
export function createSimulatorClock(speed: number, readReal: () => number = readSystemClock): SimulatorClock {
  const startedAt = readReal();
  let advancedMs = 0;
  return {
    now: () => Math.floor(startedAt + (readReal() - startedAt) * speed + advancedMs),
    advance: (ms) => {
      advancedMs += ms;
    },
  };
}
