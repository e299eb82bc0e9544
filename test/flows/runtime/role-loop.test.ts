import { describe, expect, it } from "vitest";
import { SECOND_MS } from "../../../src/core/base/clock.ts";
import type { Event } from "../../../src/core/events/event.ts";
import { POLL_INTERVAL_MS, type RoleLoop, createRoleLoop } from "../../../src/flows/runtime/role-loop.ts";
import type { Work } from "../../../src/flows/runtime/work.ts";
import { type Deferred, defer } from "../../fakes/defer.ts";
import { type ManualClock, createManualClock } from "../../fakes/manual-clock.ts";

/** The longest that a loop waits between two polls, with its jitter. */
const LONGEST_INTERVAL_MS = 1.2 * POLL_INTERVAL_MS;

const ROWS = ["a", "b", "c", "d", "e", "f", "g", "h"];

interface Rig {
  readonly clock: ManualClock;
  readonly loop: RoleLoop;
  readonly events: Event[];
  /** What is due; the loop claims it in this order. */
  readonly due: string[];
  /** What the loop has claimed, in order. */
  readonly claimed: string[];
  /** How much work is under way, and the most that ever was. */
  readonly underWay: { now: number; most: number };
  /** Ends the loop. */
  stop(): Promise<void>;
}

interface RigOptions {
  readonly concurrency?: number;
  /** What a unit of work does. */
  readonly process?: (id: string) => Promise<void>;
  readonly atInterval?: NonNullable<Work["atInterval"]>;
  readonly random?: () => number;
}

/** A running loop over a list of due rows. */
async function startLoop({
  concurrency = 1,
  process = async () => undefined,
  atInterval,
  random = () => 0.5,
}: RigOptions = {}): Promise<Rig> {
  const clock = createManualClock();
  const events: Event[] = [];
  const due: string[] = [];
  const claimed: string[] = [];
  const underWay = { now: 0, most: 0 };
  const claimNext: Work["claimNext"] = async (id) => {
    const index = id === null ? 0 : due.indexOf(id);
    const [row] = index < 0 ? [] : due.splice(index, 1);
    if (row === undefined) return false;
    claimed.push(row);
    underWay.now += 1;
    underWay.most = Math.max(underWay.most, underWay.now);
    try {
      await process(row);
    } finally {
      underWay.now -= 1;
    }
    return true;
  };
  const ports = { clock, random, emit: (event: Event) => void events.push(event) };
  const loop = createRoleLoop(ports, { role: "archive", work: { claimNext, ...(atInterval ? { atInterval } : {}) }, concurrency });
  const stopping = new AbortController();
  const running = loop.run(stopping.signal);
  const stop = async () => {
    stopping.abort();
    await running;
  };
  // The loop polls once at its start.
  await turn();
  return { clock, loop, events, due, claimed, underWay, stop };
}

/** Lets everything happen that waits for nothing. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe("a role loop", () => {
  it("claims work until none is due", async () => {
    const { loop, due, claimed, stop } = await startLoop();
    due.push("a", "b", "c");
    await loop.wake(null);
    expect([claimed, due]).toEqual([["a", "b", "c"], []]);
    await stop();
  });

  it("claims only the row that a wake-up names", async () => {
    const { loop, due, claimed, stop } = await startLoop();
    due.push("a", "b", "c");
    await loop.wake("b");
    expect([claimed, due]).toEqual([["b"], ["a", "c"]]);
    await stop();
  });

  it("does nothing if another process has claimed the named row", async () => {
    const { loop, due, claimed, stop } = await startLoop();
    due.push("a");
    await loop.wake("gone");
    expect(claimed).toEqual([]);
    await stop();
  });

  it("does not forget a wake-up that came while all lanes were busy", async () => {
    const hold = defer();
    const { loop, due, claimed, stop } = await startLoop({ process: () => hold.promise });
    due.push("a", "b");
    const first = loop.wake("a");
    await loop.wake("b");
    expect(claimed).toEqual(["a"]);
    hold.resolve();
    await first;
    expect(claimed).toEqual(["a", "b"]);
    await stop();
  });

  it("polls at its start", async () => {
    const polled: (string | null)[] = [];
    const clock = createManualClock();
    const work: Work = { claimNext: async (id) => (polled.push(id), false) };
    const loop = createRoleLoop({ clock, random: () => 0, emit: () => undefined }, { role: "poll", work, concurrency: 1 });
    const stopping = new AbortController();
    const running = loop.run(stopping.signal);
    await turn();
    expect(polled).toEqual([null]);
    stopping.abort();
    await running;
  });

  it.each([0, 0.5, 0.999])("finds work without a wake-up within one poll interval, with its jitter at %d", async (random) => {
    const { clock, due, claimed, stop } = await startLoop({ random: () => random });
    for (const row of ["a", "b", "c"]) {
      due.push(row);
      await clock.advance(LONGEST_INTERVAL_MS);
      expect(claimed.at(-1)).toBe(row);
    }
    await stop();
  });

  it("does not poll more often than the shortest interval while nothing is due", async () => {
    let polls = 0;
    const clock = createManualClock();
    const work: Work = { claimNext: async () => ((polls += 1), false) };
    const loop = createRoleLoop({ clock, random: () => 0, emit: () => undefined }, { role: "poll", work, concurrency: 4 });
    const stopping = new AbortController();
    const running = loop.run(stopping.signal);
    await clock.advance(60 * SECOND_MS);
    expect(polls).toBeLessThanOrEqual(1 + 60 / 4);
    stopping.abort();
    await running;
  });

  it.each([1, 2, 3])("does %d units of work at once, and never more, while there is enough to do", async (concurrency) => {
    const holds = new Map<string, Deferred>();
    const process = async (id: string) => {
      const hold = defer();
      holds.set(id, hold);
      await hold.promise;
    };
    const { loop, due, claimed, underWay, stop } = await startLoop({ concurrency, process });
    due.push(...ROWS);
    const wakes = ROWS.map((id) => loop.wake(id));
    await turn();
    while (claimed.length < 8 || underWay.now > 0) {
      expect(underWay.now).toBe(Math.min(concurrency, 8 - claimed.length + underWay.now));
      for (const hold of holds.values()) hold.resolve();
      await turn();
    }
    await Promise.all(wakes);
    expect(underWay.most).toBe(concurrency);
    expect(claimed.toSorted()).toEqual(ROWS);
    await stop();
  });

  it("lets a second lane join when one unit of work is done and there is more", async () => {
    const holds: Deferred[] = [];
    const process = async (id: string) => {
      if (id === "first") return;
      const hold = defer();
      holds.push(hold);
      await hold.promise;
    };
    const { loop, due, underWay, stop } = await startLoop({ concurrency: 2, process });
    due.push("first", "b", "c");
    const woken = loop.wake(null);
    await turn();
    expect(underWay.now).toBe(2);
    for (const hold of holds) hold.resolve();
    await woken;
    await stop();
  });

  it("reports an error as work.failed, and tries again at the next poll interval", async () => {
    let isBroken = true;
    const process = async () => {
      if (isBroken) throw new Error("the database went away");
    };
    const { clock, loop, due, claimed, events, stop } = await startLoop({ process });
    due.push("a", "b");
    await loop.wake(null);
    expect(claimed).toEqual(["a"]);
    expect(events).toEqual([{ event: "work.failed", role: "archive", detail: "the database went away" }]);
    isBroken = false;
    await clock.advance(LONGEST_INTERVAL_MS);
    expect(claimed).toEqual(["a", "b"]);
    await stop();
  });

  it("frees the place of a unit of work that failed", async () => {
    const process = async () => {
      throw new Error("again");
    };
    const { loop, due, claimed, stop } = await startLoop({ concurrency: 1, process });
    due.push("a", "b", "c");
    for (const id of ["a", "b", "c"]) await loop.wake(id);
    expect(claimed).toEqual(["a", "b", "c"]);
    await stop();
  });

  it("waits for work under way when it is stopped, and claims no more", async () => {
    const hold = defer();
    const { loop, due, claimed, stop } = await startLoop({ process: () => hold.promise });
    due.push("a", "b");
    const woken = loop.wake(null);
    await turn();
    let isStopped = false;
    const stopped = (async () => {
      await stop();
      isStopped = true;
    })();
    await turn();
    expect(isStopped).toBe(false);
    hold.resolve();
    await Promise.all([stopped, woken]);
    expect(claimed).toEqual(["a"]);
    await loop.wake("b");
    expect(claimed).toEqual(["a"]);
  });

  it("does nothing if it is stopped before it starts", async () => {
    let polls = 0;
    const clock = createManualClock();
    const work: Work = { claimNext: async () => ((polls += 1), false) };
    const loop = createRoleLoop({ clock, random: () => 0, emit: () => undefined }, { role: "poll", work, concurrency: 1 });
    await loop.run(AbortSignal.abort());
    expect(polls).toBe(0);
  });
});

describe("what is done at every poll interval", () => {
  it("is not done at a wake-up", async () => {
    let probes = 0;
    const { clock, loop, stop } = await startLoop({ atInterval: async () => void (probes += 1) });
    expect(probes).toBe(1);
    await loop.wake(null);
    await loop.wake("a");
    expect(probes).toBe(1);
    await clock.advance(10 * POLL_INTERVAL_MS);
    expect(probes).toBe(11);
    await stop();
  });

  it("is not delayed by more work than all lanes can do", async () => {
    const probedAfter: number[] = [];
    const done: string[] = [];
    const { clock, loop, due, stop } = await startLoop({
      process: async (id) => {
        done.push(id);
        // A poll interval ends while the backlog is worked off.
        if (done.length === 10) await clock.advance(LONGEST_INTERVAL_MS);
      },
      atInterval: async () => void probedAfter.push(done.length),
    });
    due.push(...Array.from({ length: 50 }, (_, index) => `row-${index}`));
    await loop.wake(null);
    expect(done).toHaveLength(50);
    expect(probedAfter).toEqual([0, 10]);
    await stop();
  });
});
