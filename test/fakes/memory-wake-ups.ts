import type { Clock } from "../../src/core/base/clock.ts";
import type { WakeUp, WakeUps } from "../../src/core/ports/wake-up.ts";

/** Wake-ups that a test delivers itself, due by the test's clock. */
export interface MemoryWakeUps extends WakeUps {
  /** Removes and returns the first wake-up that is due; `null`: none is due. */
  takeDue(): WakeUp | null;
  /** Wake-ups that were not delivered, in the order in which they are due. */
  pending(): readonly WakeUp[];
  /** When the first of them is due; `null`: there is none. */
  nextDueAt(): Date | null;
  /** Loses all of them, as a flushed Redis does. */
  flush(): void;
}

interface Waiting {
  readonly wakeUp: WakeUp;
  readonly dueAt: number;
}

export function createMemoryWakeUps(clock: Pick<Clock, "now">): MemoryWakeUps {
  let waiting: Waiting[] = [];
  return {
    send: (wakeUps, { delayMs = 0 } = {}) => {
      const dueAt = clock.now().getTime() + delayMs;
      waiting = [...waiting, ...wakeUps.map((wakeUp) => ({ wakeUp, dueAt }))].sort((a, b) => a.dueAt - b.dueAt);
    },
    takeDue: () => {
      const [first, ...others] = waiting;
      if (!first || first.dueAt > clock.now().getTime()) return null;
      waiting = others;
      return first.wakeUp;
    },
    pending: () => waiting.map(({ wakeUp }) => wakeUp),
    nextDueAt: () => (waiting[0] ? new Date(waiting[0].dueAt) : null),
    flush: () => {
      waiting = [];
    },
  };
}
