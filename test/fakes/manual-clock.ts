import type { Clock } from "../../src/core/base/clock.ts";

/** Time that passes only when a test says so. Sleepers wake in the order of their time. */
export interface ManualClock extends Clock {
  advance(ms: number): Promise<void>;
  /** When the next sleeper wakes; `null`: there is none. */
  nextWake(): Date | null;
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

export function createManualClock(start = "2026-11-23T07:00:00.000Z"): ManualClock {
  let time = new Date(start).getTime();
  let sleepers: Sleeper[] = [];
  const soonest = () => sleepers.reduce<Sleeper | null>((first, one) => (first && first.wakeAt <= one.wakeAt ? first : one), null);
  return {
    now: () => new Date(time),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = { wakeAt: time + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          resolve();
        });
      }),
    nextWake: () => {
      const next = soonest();
      return next ? new Date(next.wakeAt) : null;
    },
    advance: async (ms) => {
      const until = time + ms;
      for (let next = soonest(); next && next.wakeAt <= until; next = soonest()) {
        const due = next;
        time = Math.max(time, due.wakeAt);
        sleepers = sleepers.filter((one) => one !== due);
        due.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      time = until;
    },
  };
}
