import { randomUUID } from "node:crypto";
import { Queue, createPostgresBackend } from "bullmq";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createPostgresPool } from "../../src/bullmq/postgres-pool.ts";
import { type QueueConnection, nameOfQueue } from "../../src/bullmq/queue-connection.ts";
import { createAvailabilityReport } from "../../src/bullmq/report-unavailable.ts";
import { startWorkers } from "../../src/bullmq/start-workers.ts";
import { createWakeUps } from "../../src/bullmq/wake-ups.ts";
import type { Event } from "../../src/core/events/event.ts";
import { createInbox } from "../contracts/inbox.ts";
import { type WakeUpsRig, wakeUpsContract } from "../contracts/wake-ups.suite.ts";
import { openTcpProxy } from "../fakes/tcp-proxy.ts";
import { ONE_EACH, type WorkersRig, workersContract } from "./workers.suite.ts";

const name = `wake_ups_${randomUUID().replaceAll("-", "")}`;
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

async function openRig(): Promise<WakeUpsRig> {
  const connection = emptyConnection();
  const report = createAvailabilityReport(() => undefined);
  const wakeUps = createWakeUps(connection, report);
  return {
    wakeUps,
    receive: (roles, onWakeUp) => startWorkers({ ...connection, roles, concurrency: ONE_EACH, report, onWakeUp }),
    flush: async () => {
      // It deadlocks with running statements, and then either side may fail.
      const drop = (): Promise<string> => execute(databaseUrl.href, "drop schema if exists bullmq cascade").then(() => "dropped", String);
      await expect.poll(drop).toBe("dropped");
    },
    close: () => wakeUps.close(),
  };
}

async function openWorkersRig(): Promise<WorkersRig> {
  const proxy = await openTcpProxy({ host: databaseUrl.hostname, port: Number(databaseUrl.port || 5432) });
  const proxied = new URL(databaseUrl);
  proxied.host = `127.0.0.1:${proxy.port}`;
  const connection = { ...emptyConnection(), databaseUrl: proxied.href };
  return {
    ...proxy,
    connection,
    sendRaw: async (role, payload) => {
      const backend = { connection: { connectionString: databaseUrl.href, migrate: true } };
      const raw = new Queue(nameOfQueue(connection, role), backend, createPostgresBackend);
      await raw.add(role, payload);
      await raw.close();
    },
  };
}

describe("wake-ups in PostgreSQL", () => {
  wakeUpsContract(openRig);
});
describe("workers on PostgreSQL", () => {
  workersContract(openWorkersRig);
});

describe("workers on PostgreSQL whose connections an administrator ends", () => {
  it("continue in the same process", async () => {
    const connection = emptyConnection();
    const inbox = createInbox<string | null>();
    const events = createInbox<Event>();
    const report = createAvailabilityReport((event) => events.put(event));
    const wakeUps = createWakeUps(connection, report);
    const onWakeUp = async (_role: unknown, id: string | null): Promise<void> => inbox.put(id);
    const workers = startWorkers({ ...connection, roles: ["submit", "reconcile"], concurrency: ONE_EACH, report, onWakeUp });
    for (let round = 0; round < 3; round += 1) {
      const id = String(round);
      const send = (): number => {
        wakeUps.send([{ role: "submit", id }]);
        return inbox.size;
      };
      await expect.poll(send, { timeout: 20_000 }).toBeGreaterThan(0);
      await expect.poll(() => inbox.take(), { timeout: 20_000 }).toBe(id);
      await execute(
        inject("databaseUrl"),
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
      );
    }
    expect(await events.take()).toMatchObject({ event: "wake-ups.unavailable" });
    await workers.close(1000);
    await wakeUps.close();
  });
});

describe("the pool of the queues", () => {
  it("keeps the process running when a connection in use is ended from outside", async () => {
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
