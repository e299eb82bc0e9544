import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../src/core/base/clock.ts";
import type { Event } from "../../../src/core/events/event.ts";
import { type DatabaseWatch, watchDatabase } from "../../../src/flows/alerts/watch-database.ts";
import { type ManualClock, createManualClock } from "../../fakes/manual-clock.ts";

const DOWN = new Error("cannot use the database postgres://db/nightferry (connection refused); check DATABASE_URL");

interface Rig {
  readonly clock: ManualClock;
  readonly watch: DatabaseWatch;
  readonly sent: string[];
  readonly events: Event[];
  /** Whether alerts can be delivered. */
  isDelivered: boolean;
  /** So much time passes, and the database is not available. */
  pass(ms: number): Promise<void>;
}

function createRig(): Rig {
  const clock = createManualClock();
  const sent: string[] = [];
  const events: Event[] = [];
  const notifier = { notify: async (text: string) => (sent.push(text), rig.isDelivered) };
  const watch = watchDatabase({ notifier, clock, emit: (event) => void events.push(event) });
  const rig: Rig = {
    clock,
    watch,
    sent,
    events,
    isDelivered: true,
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += 5000) {
        await watch.unavailable(DOWN);
        await clock.advance(5000);
      }
      await watch.unavailable(DOWN);
    },
  };
  return rig;
}

describe("a database that cannot be used", () => {
  it("raises an alert after a quarter of an hour, and every four hours, with the reason and when WFM deletes the first results", async () => {
    const { clock, sent, events, pass } = createRig();
    const since = clock.now();
    await pass(14 * MINUTE_MS);
    expect(sent).toEqual([]);
    await pass(2 * MINUTE_MS);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain(since.toISOString());
    expect(sent[0]).toContain(new Date(since.getTime() + 24 * HOUR_MS).toISOString());
    expect(sent[0]).toContain("check DATABASE_URL");
    await pass(12 * HOUR_MS);
    expect(sent).toHaveLength(4);
    expect(events.filter(({ event }) => event === "database.unavailable")).toHaveLength(4);
  });

  it("is reported every minute while the alert cannot be delivered", async () => {
    const rig = createRig();
    rig.isDelivered = false;
    await rig.pass(20 * MINUTE_MS);
    const attempts = rig.sent.length;
    expect(attempts).toBe(1 + 20 - 15);
    rig.isDelivered = true;
    await rig.pass(HOUR_MS);
    expect(rig.sent).toHaveLength(attempts + 1);
  });

  it("raises no alert if it is available again sooner, however often that happens", async () => {
    const { watch, clock, sent, pass } = createRig();
    for (let time = 0; time < 5; time += 1) {
      await pass(10 * MINUTE_MS);
      watch.available();
      await clock.advance(MINUTE_MS);
    }
    expect(sent).toEqual([]);
  });

  it("is reported as an event, too, if no alerts are configured", async () => {
    const clock = createManualClock();
    const events: Event[] = [];
    const watch = watchDatabase({ notifier: null, clock, emit: (event) => void events.push(event) });
    await watch.unavailable(DOWN);
    await clock.advance(16 * MINUTE_MS);
    await watch.unavailable(DOWN);
    await watch.unavailable(DOWN);
    expect(events).toMatchObject([{ event: "database.unavailable", detail: expect.stringContaining("check DATABASE_URL") as string }]);
  });
});
