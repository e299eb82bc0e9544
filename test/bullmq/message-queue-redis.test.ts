import { randomUUID } from "node:crypto";

import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { describe, expect, inject, it } from "vitest";

import { createMessageQueue } from "../../src/bullmq/message-queue.ts";
import { nameOfQueue, type QueueConnection } from "../../src/bullmq/queue-connection.ts";
import { startWorkers } from "../../src/bullmq/start-workers.ts";
import type { Message, QueueName } from "../../src/core/message.ts";
import { createGate, createInbox, messageQueueContract, type MessageQueueRig, submitMessage } from "../contracts/message-queue.suite.ts";
import { workersContract, type WorkersRig } from "../contracts/workers.suite.ts";
import { openTcpProxy } from "../fakes/tcp-proxy.ts";

const redisUrl = inject("redisUrl");
const queueUrl = redisUrl ?? "";

const emptyConnection = (url: string): QueueConnection => ({ queueUrl: url, databaseUrl: inject("databaseUrl"), prefix: randomUUID() });

async function openRig(): Promise<MessageQueueRig> {
  const connection = emptyConnection(queueUrl);
  const queue = createMessageQueue(connection);
  return {
    queue,
    consume: (handlers, { concurrency = 2, onFailure = () => undefined } = {}) =>
      startWorkers({
        ...connection,
        handlers,
        concurrency: { schedule: 1, submit: concurrency, watch: 1, archive: 1, maintain: 1 },
        onFailure,
      }),
    flush: async () => {
      const redis = new Redis(queueUrl);
      await redis.flushall();
      redis.disconnect();
    },
    close: () => queue.close(),
  };
}

async function openWorkersRig(): Promise<WorkersRig> {
  const target = new URL(queueUrl);
  const proxy = await openTcpProxy({ host: target.hostname, port: Number(target.port || 6379) });
  const proxied = new URL(queueUrl);
  proxied.host = `127.0.0.1:${proxy.port}`;
  const connection = emptyConnection(proxied.href);
  const withRaw = async (queue: QueueName, work: (raw: Pick<Queue, "add" | "pause">) => Promise<unknown>): Promise<void> => {
    const raw = new Queue(nameOfQueue(connection, queue), { connection: { url: queueUrl } });
    await work(raw);
    await raw.close();
  };
  return {
    ...proxy,
    connection,
    sendRaw: (queue, payload) => withRaw(queue, (raw) => raw.add(queue, payload)),
    pause: (queue) => withRaw(queue, (raw) => raw.pause()),
  };
}

// The global setup fails without a Redis when TEST_ALL=1 asks for every test.
describe.skipIf(redisUrl === null)("the message queue in Redis (needs TEST_REDIS_URL)", () => {
  messageQueueContract(openRig);
});
describe.skipIf(redisUrl === null)("workers on Redis (need TEST_REDIS_URL)", () => {
  workersContract(openWorkersRig);
});

describe.skipIf(redisUrl === null)("workers on a Redis that answers with errors (need TEST_REDIS_URL)", () => {
  it("pause between their attempts, and go on when it is over", async () => {
    const user = randomUUID();
    const admin = new Redis(queueUrl);
    const asUser = new URL(queueUrl);
    asUser.username = user;
    asUser.password = "secret";
    await admin.call("ACL", "SETUSER", user, "on", ">secret", "~*", "&*", "+@all");
    const connection = emptyConnection(asUser.href);
    const queue = createMessageQueue(connection);
    const inbox = createInbox<Message>();
    const gate = createGate();
    const submit = async (message: Message): Promise<void> => {
      inbox.put(message);
      await gate.opened;
    };
    for (let version = 0; version < 10; version += 1) await queue.send(submitMessage(version));
    const concurrency = { schedule: 1, submit: 1, watch: 1, archive: 1, maintain: 1 };
    const workers = await startWorkers({ ...connection, handlers: { submit }, concurrency, onFailure: () => undefined });
    await inbox.take();
    await admin.call("ACL", "SETUSER", user, "-evalsha");
    const refusals = async (): Promise<number> => {
      const stats = await admin.info("commandstats");
      return Number(/cmdstat_evalsha:.*rejected_calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    const before = await refusals();
    const since = performance.now();
    gate.open();
    // Without pauses there are hundreds within a second.
    await expect.poll(async () => (await refusals()) - before, { timeout: 25_000, interval: 5 }).toBeGreaterThanOrEqual(8);
    expect(performance.now() - since).toBeGreaterThan(1000);
    await admin.call("ACL", "SETUSER", user, "+evalsha");
    await inbox.take();
    await workers.close(1000);
    await queue.close();
    await admin.call("ACL", "DELUSER", user);
    admin.disconnect();
  });
});
