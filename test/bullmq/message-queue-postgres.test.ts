import { randomUUID } from "node:crypto";

import { createPostgresBackend, Queue } from "bullmq";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { createMessageQueue } from "../../src/bullmq/message-queue.ts";
import { createPostgresPool } from "../../src/bullmq/postgres-pool.ts";
import { nameOfQueue, type QueueConnection } from "../../src/bullmq/queue-connection.ts";
import { startWorkers } from "../../src/bullmq/start-workers.ts";
import type { Message, QueueName } from "../../src/core/message.ts";
import { createInbox, messageQueueContract, type MessageQueueRig, submitMessage } from "../contracts/message-queue.suite.ts";
import { workersContract, type WorkersRig } from "../contracts/workers.suite.ts";
import { openTcpProxy } from "../fakes/tcp-proxy.ts";

const name = `message_queue_${randomUUID().replaceAll("-", "")}`;
const databaseUrl = new URL(inject("databaseUrl"));
databaseUrl.pathname = `/${name}`;

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

beforeAll(() => execute(inject("databaseUrl"), `create database ${name}`));
afterAll(() => execute(inject("databaseUrl"), `drop database ${name} with (force)`));

const emptyConnection = (): QueueConnection => ({ queueUrl: null, databaseUrl: databaseUrl.href, prefix: randomUUID() });

async function openRig(): Promise<MessageQueueRig> {
  const connection = emptyConnection();
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
      // It deadlocks with statements under way, and then either side may lose.
      const drop = (): Promise<string> => execute(databaseUrl.href, "drop schema if exists bullmq cascade").then(() => "dropped", String);
      await expect.poll(drop).toBe("dropped");
    },
    close: () => queue.close(),
  };
}

async function openWorkersRig(): Promise<WorkersRig> {
  const proxy = await openTcpProxy({ host: databaseUrl.hostname, port: Number(databaseUrl.port || 5432) });
  const proxied = new URL(databaseUrl);
  proxied.host = `127.0.0.1:${proxy.port}`;
  const connection = { ...emptyConnection(), databaseUrl: proxied.href };
  const withRaw = async (queue: QueueName, work: (raw: Pick<Queue, "add" | "pause">) => Promise<unknown>): Promise<void> => {
    const raw = new Queue(
      nameOfQueue(connection, queue),
      { connection: { connectionString: databaseUrl.href, migrate: true } },
      createPostgresBackend,
    );
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

describe("the message queue in PostgreSQL", () => {
  messageQueueContract(openRig);
});
describe("workers on PostgreSQL", () => {
  workersContract(openWorkersRig);
});

describe("workers on PostgreSQL whose connections an administrator ends", () => {
  it("go on, and the process lives", async () => {
    const connection = emptyConnection();
    const inbox = createInbox<Message>();
    const outages = createInbox<unknown>();
    const queue = createMessageQueue(connection);
    const submit = async (message: Message): Promise<void> => inbox.put(message);
    const concurrency = { schedule: 1, submit: 1, watch: 1, archive: 1, maintain: 1 };
    const onFailure = (_: unknown, error: unknown): void => outages.put(error);
    const workers = await startWorkers({ ...connection, handlers: { submit, maintain: submit }, concurrency, onFailure });
    for (let round = 0; round < 3; round += 1) {
      await queue.send(submitMessage());
      await inbox.take();
      await execute(
        inject("databaseUrl"),
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
      );
      const message = submitMessage();
      await expect.poll(() => queue.send(message).then(() => "sent", String), { timeout: 20_000 }).toBe("sent");
      expect(await inbox.take()).toEqual(message);
    }
    expect(String(await outages.take())).toMatch(/the message queue does not answer/);
    await workers.close(1000);
    await queue.close();
  });
});

describe("the pool behind the queues", () => {
  it("lets the process live when a connection in use is ended from outside", async () => {
    const pool = createPostgresPool({ databaseUrl: databaseUrl.href, maxConnections: 1, onError: () => undefined });
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    const ended = new Promise<void>((resolve) => client.on("end", resolve));
    await execute(databaseUrl.href, `select pg_terminate_backend(${rows[0]?.pid ?? 0})`);
    await expect(ended).resolves.toBeUndefined();
    client.release(true);
    await pool.end();
  });
});
