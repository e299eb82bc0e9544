import { setImmediate as nextTurn } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { type Consumer, messageQueueContract, type MessageQueueRig, submitMessage } from "../contracts/message-queue.suite.ts";
import { createManualClock } from "./manual-clock.ts";
import { createMemoryMessageQueue } from "./memory-message-queue.ts";

/** Reads the queue like a worker: what is due at once, and the clock moves on when nothing is. */
function openRig(): MessageQueueRig {
  const clock = createManualClock();
  const queue = createMemoryMessageQueue(clock);
  return {
    queue,
    flush: async () => queue.flush(),
    close: async () => undefined,
    consume: async (handlers, { onFailure = () => undefined } = {}) => {
      const stopping = new AbortController();
      const read = async (): Promise<void> => {
        let told = 0;
        while (!stopping.signal.aborted) {
          const delivered = await queue.deliver(handlers, stopping.signal);
          for (const failure of queue.failures.slice(told)) onFailure(failure.queue, failure.error);
          told = queue.failures.length;
          const next = queue.nextDueAt();
          await nextTurn();
          if (delivered === 0 && next !== null) await clock.advance(Math.max(0, next.getTime() - clock.now().getTime()));
        }
      };
      const reading = read();
      const close: Consumer["close"] = async () => {
        stopping.abort();
        await reading;
      };
      return { close };
    },
  };
}

describe("the message queue in memory", () => {
  messageQueueContract(async () => openRig());
});

describe("stepping through the message queue in memory", () => {
  it("delivers nothing before it is due by the test's clock", async () => {
    const clock = createManualClock();
    const queue = createMemoryMessageQueue(clock);
    await queue.send(submitMessage(), { delayMs: 1000 });
    const submit = async (): Promise<void> => undefined;
    expect(await queue.deliver({ submit })).toBe(0);
    await clock.advance(999);
    expect(await queue.deliver({ submit })).toBe(0);
    await clock.advance(1);
    expect(await queue.deliver({ submit })).toBe(1);
    expect(queue.pending()).toEqual([]);
  });

  it("delivers in one go what is sent on the way", async () => {
    const queue = createMemoryMessageQueue(createManualClock());
    await queue.send({ queue: "schedule", beat: 1 });
    const schedule = (): Promise<void> => queue.send(submitMessage());
    expect(await queue.deliver({ schedule, submit: async () => undefined })).toBe(2);
  });
});
