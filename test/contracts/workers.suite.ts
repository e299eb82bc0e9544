import { randomUUID } from "node:crypto";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createMessageQueue } from "../../src/bullmq/message-queue.ts";
import type { QueueConnection } from "../../src/bullmq/queue-connection.ts";
import { type MessageHandlers, type StartedWorkers, startWorkers } from "../../src/bullmq/start-workers.ts";
import type { CanaryPlan } from "../../src/core/consumer-silence.ts";
import type { Event } from "../../src/core/event.ts";
import type { Message, QueueName } from "../../src/core/message.ts";
import { type ConsumerWatch, watchConsumers } from "../../src/flows/watch-consumers.ts";
import { systemClock } from "../../src/observability/system-clock.ts";
import { createInbox, createGate, type Inbox, LAST, submitMessage } from "./message-queue.suite.ts";

/** A store of messages that can be reached, or not. */
export interface WorkersRig {
  readonly connection: QueueConnection;
  /** Adds a payload that none of our programs would send. */
  sendRaw(queue: QueueName, payload: object): Promise<void>;
  /** Makes a queue hold back what it takes, from every worker. */
  pause(queue: QueueName): Promise<void>;
  /** Cuts every connection, and lets no new one in. */
  cutOff(): Promise<void>;
  letIn(): Promise<void>;
  close(): Promise<void>;
}

const PLAN: CanaryPlan = { everyMs: 50, silentAfterMs: 1500 };

const ONE_EACH = { schedule: 1, submit: 1, watch: 1, archive: 1, maintain: 1 } as const;

/** How workers live with a real store of messages. */
export function workersContract(openRig: () => Promise<WorkersRig>): void {
  let rig: WorkersRig;
  let queue: ReturnType<typeof createMessageQueue>;
  let inbox: Inbox<Message>;
  let failures: Inbox<readonly [QueueName, unknown]>;
  let started: StartedWorkers[];

  beforeEach(async () => {
    rig = await openRig();
    queue = createMessageQueue(rig.connection);
    inbox = createInbox();
    failures = createInbox();
    started = [];
  });

  afterEach(async () => {
    await Promise.all(started.map((workers) => workers.close(0)));
    await queue.close();
    await rig.close();
  });

  const keep = async (message: Message): Promise<void> => inbox.put(message);

  async function start(handlers: MessageHandlers): Promise<StartedWorkers> {
    const onFailure = (at: QueueName, error: unknown): void => failures.put([at, error]);
    const workers = await startWorkers({ ...rig.connection, handlers, concurrency: ONE_EACH, onFailure });
    started.push(workers);
    return workers;
  }

  /** As a sweep does: until it is taken. */
  async function sendPersistently(message: Message): Promise<void> {
    await expect.poll(() => queue.send(message).then(() => "sent", String), { timeout: 20_000, interval: 50 }).toBe("sent");
  }

  it("refuse malformed messages, and say what is wrong", async () => {
    await start({ submit: keep, watch: keep });
    await rig.sendRaw("submit", { jobId: "../../etc", version: 1 });
    await rig.sendRaw("watch", { connection: "acme" });
    const reported = await failures.takeMany(2);
    const textOf = (wanted: QueueName): string => String(reported.find(([at]) => at === wanted)?.[1]);
    expect(textOf("submit")).toMatch(/malformed message .*jobId/);
    expect(textOf("watch")).toMatch(/malformed message .*lookAt/);
    const good = submitMessage();
    await queue.send(good);
    expect(await inbox.take()).toEqual(good);
  });

  it("share the messages of a queue between them", async () => {
    const gate = createGate();
    const takenBy = createInbox<string>();
    const takeAs =
      (who: string) =>
      async (message: Message): Promise<void> => {
        takenBy.put(who);
        inbox.put(message);
        await gate.opened;
      };
    await start({ submit: takeAs("one") });
    await start({ submit: takeAs("two") });
    const sent = [submitMessage(), submitMessage()];
    for (const message of sent) await queue.send(message);
    const received = await inbox.takeMany(2);
    expect(received).toEqual(expect.arrayContaining(sent));
    expect(new Set(await takenBy.takeMany(2))).toEqual(new Set(["one", "two"]));
    gate.open();
  });

  it("work on as many messages at once as they may", async () => {
    const gate = createGate();
    const submit = async (message: Message): Promise<void> => {
      inbox.put(message);
      await gate.opened;
    };
    const onFailure = (at: QueueName, error: unknown): void => failures.put([at, error]);
    started.push(await startWorkers({ ...rig.connection, handlers: { submit }, concurrency: { ...ONE_EACH, submit: 3 }, onFailure }));
    for (let sent = 0; sent < 4; sent += 1) await queue.send(submitMessage());
    await inbox.takeMany(3);
    expect(inbox.size).toBe(0);
    gate.open();
    await inbox.take();
  });

  it("let a handler finish that heeds its signal", async () => {
    const [aborted, gate] = [createGate(), createGate()];
    const steps: string[] = [];
    const submit = async (message: Message, signal: AbortSignal): Promise<void> => {
      signal.addEventListener("abort", aborted.open);
      inbox.put(message);
      await gate.opened;
      steps.push("handler over");
    };
    const workers = await start({ submit });
    await queue.send(submitMessage());
    await inbox.take();
    const closing = workers.close(20_000).then(() => steps.push("workers closed"));
    await aborted.opened;
    // Many round trips, in which workers that did not wait would be closed.
    for (let beat = 0; beat < 50; beat += 1) await queue.send({ queue: "schedule", beat });
    gate.open();
    await closing;
    expect(steps).toEqual(["handler over", "workers closed"]);
    // It is over for good: the next worker gets something else.
    await start({ submit: keep });
    const next = submitMessage();
    await queue.send(next);
    expect(await inbox.take()).toEqual(next);
  });

  it("let go of a handler that hangs when the grace is over", async () => {
    const submit = async (message: Message): Promise<void> => {
      inbox.put(message);
      await new Promise(() => undefined);
    };
    const workers = await start({ submit, maintain: keep });
    await queue.send(submitMessage());
    await inbox.take();
    const before = performance.now();
    await workers.close(200);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it("give a message to another worker when theirs died with it", { timeout: 60_000 }, async () => {
    const dying = await start({
      submit: async (message) => {
        inbox.put(message);
        await new Promise(() => undefined);
      },
    });
    const message = submitMessage();
    await queue.send(message);
    await inbox.take();
    await dying.close(0);
    await start({ submit: keep });
    expect(await inbox.take()).toEqual(message);
  });

  it("go on after an outage, and tell of it", { timeout: 60_000 }, async () => {
    await start({ submit: keep, maintain: keep });
    const before = submitMessage();
    await queue.send(before);
    expect(await inbox.take()).toEqual(before);
    await rig.cutOff();
    await expect(queue.send(submitMessage())).rejects.toThrow(/the message queue does not answer/);
    expect(String((await failures.take())[1])).toMatch(/the message queue does not answer/);
    await rig.letIn();
    const after = submitMessage();
    await sendPersistently(after);
    expect(await inbox.take()).toEqual(after);
    await sendPersistently(LAST);
    expect(await inbox.take()).toEqual(LAST);
  });

  it("begin when the store of messages comes up after them", { timeout: 60_000 }, async () => {
    await rig.cutOff();
    await start({ submit: keep });
    expect(String((await failures.take())[1])).toMatch(/the message queue does not answer/);
    await rig.letIn();
    const message = submitMessage();
    await sendPersistently(message);
    expect(await inbox.take()).toEqual(message);
  });

  describe("that are watched", () => {
    let stopping: AbortController;
    let events: Inbox<Event>;

    beforeEach(() => {
      stopping = new AbortController();
      events = createInbox();
    });
    afterEach(() => stopping.abort());

    async function startWatched(handlers: Pick<MessageHandlers, "submit" | "maintain">): Promise<ConsumerWatch> {
      const ports = { queue, clock: systemClock, emit: (event: Event) => events.put(event) };
      const watch = watchConsumers(ports, { processId: randomUUID(), handlers, places: ONE_EACH, plan: PLAN });
      await start(watch.handlers);
      return watch;
    }

    it("are found silent in the queue from which nothing comes, though it takes messages", async () => {
      const watch = await startWatched({ submit: keep, maintain: keep });
      await rig.pause("maintain");
      expect(await watch.run(stopping.signal)).toBe("maintain");
      expect(await events.take()).toMatchObject({ event: "process.silent", queue: "maintain", ageMs: expect.any(Number) });
      expect(watch.silences().get("submit")).toBeLessThan(PLAN.silentAfterMs);
    });

    it("are not silent during an outage, nor after it", { timeout: 60_000 }, async () => {
      const watch = await startWatched({ submit: keep });
      const running = watch.run(stopping.signal);
      await rig.cutOff();
      await expect(queue.send(LAST)).rejects.toThrow(/the message queue does not answer/);
      // That nothing happens in this time is what is tested.
      await systemClock.sleep(2 * PLAN.silentAfterMs);
      expect(watch.silences().get("submit")).toBeLessThan(PLAN.silentAfterMs);
      await rig.letIn();
      const after = submitMessage();
      await sendPersistently(after);
      expect(await inbox.take()).toEqual(after);
      stopping.abort();
      expect(await running).toBeNull();
      expect(events.size).toBe(0);
    });

    it("are not silent while a handler keeps their only place", async () => {
      const gate = createGate();
      const watch = await startWatched({
        submit: async (message) => {
          inbox.put(message);
          await gate.opened;
        },
        maintain: keep,
      });
      await queue.send(submitMessage());
      await inbox.take();
      await rig.pause("maintain");
      // The other queue's silence is the clock of this test: both were watched for as long.
      expect(await watch.run(stopping.signal)).toBe("maintain");
      expect(watch.silences().get("submit")).toBe(0);
      gate.open();
    });
  });

  it("can be closed during an outage", async () => {
    const workers = await start({ submit: keep });
    const message = submitMessage();
    await queue.send(message);
    await inbox.take();
    await rig.cutOff();
    const before = performance.now();
    await workers.close(200);
    await queue.close();
    expect(performance.now() - before).toBeLessThan(6000);
    await rig.letIn();
  });
}
