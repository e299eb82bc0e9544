import { describe, expect, it } from "vitest";
import { CANARY_PLAN } from "../../src/core/consumer-silence.ts";
import type { Event } from "../../src/core/event.ts";
import type { Canary, QueueName } from "../../src/core/message.ts";
import { type ConsumerWatch, watchConsumers } from "../../src/flows/watch-consumers.ts";
import { createGate } from "../contracts/message-queue.suite.ts";
import { buildJob } from "../factories/build-job.ts";
import { createManualClock, type ManualClock } from "../fakes/manual-clock.ts";
import { createMemoryMessageQueue, type MemoryMessageQueue } from "../fakes/memory-message-queue.ts";

const PLACES = { schedule: 1, submit: 4, watch: 8, archive: 3, maintain: 1 };

interface Watched {
  readonly clock: ManualClock;
  readonly queue: MemoryMessageQueue;
  readonly events: readonly Event[];
  readonly watch: ConsumerWatch;
  readonly stopping: AbortController;
  /** Hands over a message, as a worker does. */
  hand(queue: "archive" | "maintain"): Promise<void>;
  /** What the watch ended with; `undefined` while it goes on. */
  ended(): QueueName | null | undefined;
  /** Lets time pass, delivering at every tenth second while `hears`. */
  pass(minutes: number, hears: boolean): Promise<void>;
}

function startWatch(work: () => Promise<void> = async () => undefined, sends: () => Promise<void> = async () => undefined): Watched {
  const clock = createManualClock();
  const queue = createMemoryMessageQueue(clock);
  const events: Event[] = [];
  const stopping = new AbortController();
  const send = async (...args: Parameters<typeof queue.send>): Promise<void> => {
    await sends();
    await queue.send(...args);
  };
  const ports = { clock, queue: { send }, emit: (event: Event) => void events.push(event) };
  const watch = watchConsumers(ports, { processId: "a", handlers: { archive: work, maintain: work }, places: PLACES });
  let ended: QueueName | null | undefined;
  void watch.run(stopping.signal).then((queue) => (ended = queue));
  return {
    clock,
    queue,
    events,
    watch,
    stopping,
    hand: async (queue) => {
      if (queue === "maintain") await watch.handlers.maintain?.({ queue, beat: 1 }, stopping.signal);
      else await watch.handlers.archive?.({ queue, jobId: buildJob().id, version: 1 }, stopping.signal);
    },
    ended: () => ended,
    pass: async (minutes, hears) => {
      for (let step = 0; step < minutes * 6; step += 1) {
        await clock.advance(10_000);
        if (hears) await queue.deliver(watch.handlers);
      }
    },
  };
}

describe("the watch over a process's consumers", () => {
  it("goes on as long as canaries come through, until it is stopped", async () => {
    const watched = startWatch();
    await watched.pass(60, true);
    expect(watched.ended()).toBeUndefined();
    expect(watched.events).toEqual([]);
    watched.stopping.abort();
    await watched.pass(1, true);
    expect(watched.ended()).toBeNull();
    expect(watched.queue.pending()).toEqual([]);
  });

  it("ends with the queue from which nothing comes any more, and says so", async () => {
    const watched = startWatch();
    await watched.pass(10, true);
    const onlyMaintain = { maintain: watched.watch.handlers.maintain!, canary: watched.watch.handlers.canary };
    for (let step = 0; step < 40 && watched.ended() === undefined; step += 1) {
      await watched.clock.advance(10_000);
      await watched.queue.deliver(onlyMaintain);
    }
    expect(watched.ended()).toBe("archive");
    expect(watched.events).toEqual([{ event: "process.silent", queue: "archive", ageMs: CANARY_PLAN.silentAfterMs }]);
  });

  it("does not end before the time is over, and takes any message as a sign of life", async () => {
    const watched = startWatch();
    await watched.pass(4.5, false);
    await watched.hand("maintain");
    await watched.hand("archive");
    await watched.pass(4.5, false);
    expect(watched.ended()).toBeUndefined();
    await watched.pass(1, false);
    expect(watched.ended()).toBe("archive");
  });

  it("takes a queue that takes nothing for an outage, not for silence", async () => {
    let isOut = true;
    const watched = startWatch(undefined, async () => {
      if (isOut) throw new Error("the message queue does not answer");
    });
    await watched.pass(120, false);
    expect(watched.ended()).toBeUndefined();
    isOut = false;
    await watched.pass(4.5, false);
    expect(watched.ended()).toBeUndefined();
    await watched.pass(1, false);
    expect(watched.ended()).toBe("archive");
  });

  it("lets a worker be that is busy in all its places, and counts from when it is not", async () => {
    const gate = createGate();
    const watched = startWatch(() => gate.opened);
    const working = [watched.hand("archive"), watched.hand("archive"), watched.hand("archive"), watched.hand("maintain")];
    await watched.pass(60, false);
    expect(watched.ended()).toBeUndefined();
    gate.open();
    await Promise.all(working);
    await watched.pass(4.5, false);
    expect(watched.ended()).toBeUndefined();
    await watched.pass(1, false);
    expect(watched.ended()).toBe("archive");
  });

  it("notices silence while one of several places is free", async () => {
    const gate = createGate();
    const watched = startWatch(() => gate.opened);
    const working = [watched.hand("archive"), watched.hand("archive"), watched.hand("maintain")];
    await watched.pass(7, false);
    expect(watched.ended()).toBe("archive");
    gate.open();
    await Promise.all(working);
  });

  it("holds the place of another process's canary for a moment, and hears it as well", async () => {
    const watched = startWatch();
    await watched.pass(4.5, false);
    const { canary } = watched.watch.handlers;
    let isDone = false;
    void canary({ queue: "archive", canary: "b", beat: 1, shot: 0 }, new AbortController().signal).then(() => (isDone = true));
    await watched.clock.advance(199);
    expect(isDone).toBe(false);
    await watched.clock.advance(1);
    expect(isDone).toBe(true);
    expect(watched.watch.silences().get("archive")).toBe(0);
    expect(watched.watch.silences().get("maintain")).toBeGreaterThan(0);
  });

  it("does not wait for a canary that came through before the queue had said that it took it", async () => {
    const clock = createManualClock();
    const { signal } = new AbortController();
    const queue = {
      send: async (message: object) => ("canary" in message ? await watch.handlers.canary(message as Canary, signal) : undefined),
    };
    const ports = { clock, queue, emit: () => undefined };
    const watch = watchConsumers(ports, { processId: "a", handlers: { maintain: async () => undefined }, places: PLACES });
    void watch.run(signal);
    await expect.poll(() => clock.nextWake()).not.toBeNull();
    await clock.advance(5_000);
    expect(watch.silences().get("maintain")).toBe(0);
  });
});
