import { SECOND_MS } from "../../core/base/clock.ts";
import { errorMessage } from "../../core/base/error-message.ts";
import type { WorkRole } from "../../core/base/role.ts";
import type { Ports } from "../ports/ports.ts";
import type { Work } from "./work.ts";

/** How long a role waits for a wake-up before it looks for due work by itself. A lost wake-up costs no more than this. */
export const POLL_INTERVAL_MS = 5 * SECOND_MS;

export interface RoleLoopOptions {
  readonly role: WorkRole;
  readonly work: Work;
  /** How many units of work the process does at once. */
  readonly concurrency: number;
}

export interface RoleLoop {
  /**
   * There is work on this row, or, with `null`, there may be any. Resolves when it is done, or at once when all of the process's lanes are
   * busy: then the first lane that is free looks for it.
   */
  wake(id: string | null): Promise<void>;
  /** Looks for work at every poll interval until the signal aborts, and then resolves when the work under way has ended. */
  run(signal: AbortSignal): Promise<void>;
}

type LoopPorts = Pick<Ports, "clock" | "random" | "emit">;

/**
 * The loop of one role in one process: claim work until none is due, then wait for a wake-up or the poll interval. The tables say what is
 * due, so the loop is right without any wake-up; wake-ups only make it fast.
 */
export function createRoleLoop(ports: LoopPorts, { role, work, concurrency }: RoleLoopOptions): RoleLoop {
  const stopping = new AbortController();
  const lanes = new Set<Promise<void>>();
  const { signal } = stopping;
  let isIntervalOver = false;
  /** How many lanes, once free, look for the work of wake-ups that came while all were busy. */
  let overlooked = 0;

  /** What is due at every poll interval is done also while there is more work than all lanes can do. */
  const claimNext = async (): Promise<boolean> => {
    if (isIntervalOver) {
      isIntervalOver = false;
      await work.atInterval?.(signal);
    }
    return await work.claimNext(null, signal);
  };

  /** With an id, only the row that it names; without one, whatever is due, for as long as something is. */
  const lane = async (id: string | null): Promise<void> => {
    try {
      if (id !== null) await work.claimNext(id, signal);
      // Where there was one unit of work there may be more: another lane joins.
      else while (!signal.aborted && (await claimNext())) if (lanes.size < concurrency) void start(null);
    } catch (error) {
      // What was claimed stays claimed until its lease expires; the next poll interval tries again.
      ports.emit({ event: "work.failed", role, detail: errorMessage(error) });
    }
  };

  const start = async (id: string | null): Promise<void> => {
    if (signal.aborted) return;
    if (lanes.size >= concurrency) {
      overlooked = Math.min(overlooked + 1, concurrency);
      return;
    }
    const started = lane(id);
    lanes.add(started);
    await started;
    lanes.delete(started);
    if (overlooked === 0) return;
    overlooked -= 1;
    await start(null);
  };

  return {
    wake: start,
    async run(outer) {
      outer.addEventListener("abort", () => stopping.abort(), { once: true });
      if (outer.aborted) stopping.abort();
      while (!signal.aborted) {
        isIntervalOver = true;
        void start(null);
        await ports.clock.sleep(POLL_INTERVAL_MS * (0.8 + 0.4 * ports.random()), signal);
      }
      await Promise.all(lanes);
    },
  };
}
