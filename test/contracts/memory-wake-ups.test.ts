import { describe } from "vitest";
import type { WakeUp } from "../../src/core/ports/wake-up.ts";
import { createMemoryWakeUps } from "../fakes/memory-wake-ups.ts";
import { type WakeUpsRig, wakeUpsContract } from "./wake-ups.suite.ts";

/** The fake with receivers that take out what is due by the machine's clock. */
async function openRig(): Promise<WakeUpsRig> {
  const wakeUps = createMemoryWakeUps({ now: () => new Date() });
  let due: WakeUp[] = [];
  const timers: NodeJS.Timeout[] = [];
  return {
    wakeUps,
    receive: (roles, onWakeUp) => {
      const receiveDue = (): void => {
        for (let wakeUp = wakeUps.takeDue(); wakeUp !== null; wakeUp = wakeUps.takeDue()) due.push(wakeUp);
        const own = due.filter(({ role }) => roles.includes(role));
        due = due.filter(({ role }) => !roles.includes(role));
        for (const { role, id } of own) void onWakeUp(role, id);
      };
      const timer = setInterval(receiveDue, 5);
      timers.push(timer);
      return { close: async () => clearInterval(timer) };
    },
    flush: async () => wakeUps.flush(),
    close: async () => timers.forEach((timer) => clearInterval(timer)),
  };
}

describe("wake-ups in memory", () => {
  wakeUpsContract(openRig);
});
