import { performance } from "node:perf_hooks";

/** Simulated time in milliseconds since 1970. It starts at the real time, may run faster, and can be advanced. */
export interface SimulatorClock {
  readonly now: () => number;
  /** Moves simulated time forward by `ms`. */
  readonly advance: (ms: number) => void;
}

/** The only function of the simulator that reads the real clock. */
function readSystemClock(): number {
  return performance.timeOrigin + performance.now();
}

/** `speed` is the number of simulated milliseconds per real millisecond. */
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
