import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/core/clock.ts";
import type { Event } from "../../src/core/event.ts";
import type { Role } from "../../src/core/role.ts";
import { BEAT_MS, keepBeating } from "../../src/flows/keep-beating.ts";
import { createManualClock, type ManualClock } from "../fakes/manual-clock.ts";
import { createMemoryStores } from "../fakes/memory-stores.ts";

const DOWN = new Error("cannot use the database postgres://db/nightferry (connection refused); check DATABASE_URL");

interface Watched {
  readonly clock: ManualClock;
  readonly told: string[];
  readonly events: Event[];
  isDown: boolean;
  isHeard: boolean;
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** A process with the tables out of its reach. */
function watchProcess(roles: readonly Role[] = ["maintain"]): Watched {
  const clock = createManualClock();
  const stores = createMemoryStores({ now: () => clock.now() });
  const { beat } = stores.processes;
  const told: string[] = [];
  const events: Event[] = [];
  const stopping = new AbortController();
  const ports = {
    clock,
    stores: {
      ...stores,
      processes: {
        ...stores.processes,
        beat: async (one: Parameters<typeof beat>[0]) => (watched.isDown ? Promise.reject(DOWN) : await beat(one)),
      },
    },
    queue: { send: async () => undefined, sendAll: async () => undefined },
    notifier: { notify: async (text: string) => (told.push(text), watched.isHeard) },
    emit: (event: Event) => void events.push(event),
  };
  const pulse = { processId: "p", roles, onFailure: () => undefined, withoutQueue: async () => undefined };
  const watched: Watched = {
    clock,
    told,
    events,
    isDown: true,
    isHeard: true,
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += BEAT_MS) {
        await clock.advance(BEAT_MS);
        await settled();
      }
    },
    stop: async () => {
      stopping.abort();
      await beating;
    },
  };
  const beating = keepBeating(ports, pulse, stopping.signal);
  return watched;
}

function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe("a process that cannot use the database", () => {
  it("tells so itself after a quarter of an hour, and every four hours, with why and until when there is something to save", async () => {
    const watched = watchProcess();
    await settled();
    const since = watched.clock.now();
    await watched.pass(14 * MINUTE_MS);
    expect(watched.told).toEqual([]);
    await watched.pass(2 * MINUTE_MS);
    expect(watched.told).toHaveLength(1);
    expect(watched.told[0]).toContain(since.toISOString());
    expect(watched.told[0]).toContain(new Date(since.getTime() + 24 * HOUR_MS).toISOString());
    expect(watched.told[0]).toContain("check DATABASE_URL");
    await watched.pass(12 * HOUR_MS);
    expect(watched.told).toHaveLength(4);
    expect(watched.events.filter(({ event }) => event === "process.blind")).toHaveLength(4);
    await watched.stop();
  });

  it("tries again every minute while nobody hears it", async () => {
    const watched = watchProcess();
    watched.isHeard = false;
    await watched.pass(20 * MINUTE_MS);
    const tries = watched.told.length;
    expect(tries).toBe(20 - 15);
    watched.isHeard = true;
    await watched.pass(HOUR_MS);
    expect(watched.told).toHaveLength(tries + 1);
    await watched.stop();
  });

  it("says nothing of outages that are over sooner, however many", async () => {
    const watched = watchProcess();
    for (let outage = 0; outage < 5; outage += 1) {
      await watched.pass(10 * MINUTE_MS);
      watched.isDown = false;
      await watched.pass(MINUTE_MS);
      watched.isDown = true;
    }
    expect(watched.told).toEqual([]);
    await watched.stop();
  });

  it("leaves it to those that sweep", async () => {
    const watched = watchProcess(["http"]);
    await watched.pass(HOUR_MS);
    expect(watched.told).toEqual([]);
    await watched.stop();
  });
});
