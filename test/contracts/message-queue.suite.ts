import { randomUUID } from "node:crypto";

import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";

import type { JobId } from "../../src/core/ids.ts";
import { type Canary, type Message, type MessageQueue, type QueueName, QUEUES } from "../../src/core/message.ts";
import type { MessageHandlers } from "../fakes/memory-message-queue.ts";

export interface Consumer {
  close(graceMs: number): Promise<void>;
}

/** One queue of its own, empty at first, and those who read it. */
export interface MessageQueueRig {
  readonly queue: MessageQueue;
  consume(handlers: MessageHandlers, options?: ConsumeOptions): Promise<Consumer>;
  /** Loses all messages, as FLUSHALL does. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface ConsumeOptions {
  readonly concurrency?: number;
  readonly onFailure?: (queue: QueueName, error: unknown) => void;
}

/** What arrives, as events to wait for. */
export interface Inbox<T> {
  put(item: T): void;
  /** The next item that was not taken yet, whenever it comes. */
  take(): Promise<T>;
  takeMany(count: number): Promise<T[]>;
  readonly size: number;
}

export function createInbox<T>(): Inbox<T> {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  const take = (): Promise<T> => {
    const [item] = items.splice(0, 1);
    return item === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(item);
  };
  return {
    take,
    put(item) {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    async takeMany(count) {
      const taken: T[] = [];
      while (taken.length < count) taken.push(await take());
      return taken;
    },
    get size() {
      return items.length;
    },
  };
}

/** A promise that a test lets go when it wants to. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

export const submitMessage = (version = 1, jobId = randomUUID() as JobId): Message => ({ queue: "submit", jobId, version });
export const LAST: Message = { queue: "maintain", beat: 1 };

/** What every message queue keeps, the tests' fake too. */
export function messageQueueContract(openRig: () => Promise<MessageQueueRig>): void {
  let rig: MessageQueueRig;
  let inbox: Inbox<Message>;
  const keep = async (message: Message): Promise<void> => inbox.put(message);
  const everything: MessageHandlers = { schedule: keep, submit: keep, watch: keep, archive: keep, maintain: keep };

  beforeEach(async () => {
    rig = await openRig();
    inbox = createInbox();
  });

  afterEach(() => rig.close());

  async function consume(handlers: MessageHandlers = everything, options: ConsumeOptions = {}): Promise<Consumer> {
    const consumer = await rig.consume(handlers, options);
    onTestFinished(() => consumer.close(0));
    return consumer;
  }

  it("delivers what was sent to each queue, as it was sent", async () => {
    const jobId = randomUUID() as JobId;
    const sent: Message[] = [
      { queue: "schedule", beat: 7 },
      { queue: "submit", jobId, version: 3 },
      { queue: "watch", connection: "acme: north", lookAt: 1_700_000_000_000 },
      { queue: "archive", jobId, version: 4 },
      { queue: "maintain", beat: 8 },
    ];
    await consume();
    for (const message of sent) await rig.queue.send(message);
    const received = await inbox.takeMany(sent.length);
    expect(received).toHaveLength(sent.length);
    expect(received).toEqual(expect.arrayContaining(sent));
  });

  it("delivers several messages that were sent at once, each to its queue, and once", async () => {
    const sent = [
      ...Array.from({ length: 50 }, (_, version) => submitMessage(version)),
      { queue: "watch", connection: "acme", lookAt: 1 } as const,
    ];
    await rig.queue.sendAll(sent);
    await rig.queue.sendAll(sent);
    await rig.queue.sendAll([]);
    await consume(everything, { concurrency: 1 });
    await rig.queue.send(LAST);
    const received = await inbox.takeMany(sent.length + 1);
    expect(received).toEqual(expect.arrayContaining([...sent, LAST]));
    expect(inbox.size).toBe(0);
  });

  it("delivers canaries of each queue to whoever watches it", async () => {
    const canaries = createInbox<Canary>();
    const sent = QUEUES.map((queue): Canary => ({ queue, canary: randomUUID(), beat: 7, shot: 1 }));
    await consume({ ...everything, canary: async (canary) => canaries.put(canary) });
    for (const canary of sent) await rig.queue.send(canary);
    const received = await canaries.takeMany(sent.length);
    expect(received).toEqual(expect.arrayContaining(sent));
    expect(inbox.size).toBe(0);
  });

  it("drops canaries that nobody watches for", async () => {
    await consume(everything, { concurrency: 1 });
    await rig.queue.send({ queue: "submit", canary: randomUUID(), beat: 7, shot: 0 });
    const next = submitMessage();
    await rig.queue.send(next);
    expect(await inbox.take()).toEqual(next);
  });

  it("delivers what was sent before anybody was there to read it", async () => {
    const message = submitMessage();
    await rig.queue.send(message);
    await consume();
    expect(await inbox.take()).toEqual(message);
  });

  it("delivers a message once that was sent twice before it was read", async () => {
    const [twice, once] = [submitMessage(), submitMessage()];
    await rig.queue.send(twice);
    await rig.queue.send(twice);
    await rig.queue.send(once);
    await consume(everything, { concurrency: 1 });
    expect(await inbox.takeMany(2)).toEqual([twice, once]);
    expect(inbox.size).toBe(0);
  });

  it("delivers a message again that is sent again after it was worked on", async () => {
    const again = submitMessage();
    await consume(everything, { concurrency: 1 });
    await rig.queue.send(again);
    expect(await inbox.take()).toEqual(again);
    // The same queue works one by one, so what comes next shows that the first is over.
    const next = submitMessage();
    await rig.queue.send(next);
    expect(await inbox.take()).toEqual(next);
    await rig.queue.send(again);
    expect(await inbox.take()).toEqual(again);
  });

  it("delivers a delayed message after one that is sent later without a delay", async () => {
    const [delayed, immediate] = [submitMessage(), submitMessage()];
    await consume();
    // The delay is long enough for the second to be sent meanwhile, however busy the machine is.
    await rig.queue.send(delayed, { delayMs: 5000 });
    await rig.queue.send(immediate);
    expect(await inbox.takeMany(2)).toEqual([immediate, delayed]);
  });

  it("reports what a handler throws, and goes on with the next message", async () => {
    const failures = createInbox<readonly [QueueName, unknown]>();
    const [bad, good] = [submitMessage(), submitMessage()];
    const submit = async (message: Message): Promise<void> => {
      if (JSON.stringify(message) === JSON.stringify(bad)) throw new Error("no place for it");
      inbox.put(message);
    };
    await consume({ submit }, { onFailure: (queue, error) => failures.put([queue, error]), concurrency: 1 });
    await rig.queue.send(bad);
    await rig.queue.send(good);
    expect(await inbox.take()).toEqual(good);
    expect(await failures.take()).toEqual(["submit", new Error("no place for it")]);
    expect(failures.size).toBe(0);
  });

  it("leaves messages alone that nobody here has a handler for", async () => {
    const message = submitMessage();
    await consume({ maintain: keep });
    await rig.queue.send(message);
    await rig.queue.send(LAST);
    expect(await inbox.take()).toEqual(LAST);
    await consume({ submit: keep });
    expect(await inbox.take()).toEqual(message);
  });

  it("delivers what is sent after everything was lost", async () => {
    const message = submitMessage();
    await consume();
    await rig.queue.send(message);
    await inbox.take();
    await rig.queue.send(submitMessage(), { delayMs: 3_600_000 });
    await rig.flush();
    const later = submitMessage();
    await rig.queue.send(later);
    expect(await inbox.take()).toEqual(later);
  });
}
