import { randomUUID } from "node:crypto";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { describe, expect, inject, it } from "vitest";
import { type QueueConnection, nameOfQueue } from "../../src/bullmq/queue-connection.ts";
import { createAvailabilityReport } from "../../src/bullmq/report-unavailable.ts";
import { startWorkers } from "../../src/bullmq/start-workers.ts";
import { createWakeUps } from "../../src/bullmq/wake-ups.ts";
import { createGate, createInbox } from "../contracts/inbox.ts";
import { type WakeUpsRig, wakeUpsContract } from "../contracts/wake-ups.suite.ts";
import { openTcpProxy } from "../fakes/tcp-proxy.ts";
import { ONE_EACH, type WorkersRig, workersContract } from "./workers.suite.ts";

const redisUrl = inject("redisUrl");
const queueUrl = redisUrl ?? "";

const emptyConnection = (url: string): QueueConnection => ({ queueUrl: url, databaseUrl: inject("databaseUrl"), prefix: randomUUID() });

async function openRig(): Promise<WakeUpsRig> {
  const connection = emptyConnection(queueUrl);
  const report = createAvailabilityReport(() => undefined);
  const wakeUps = createWakeUps(connection, report);
  return {
    wakeUps,
    receive: (roles, onWakeUp) => startWorkers({ ...connection, roles, concurrency: ONE_EACH, report, onWakeUp }),
    flush: async () => {
      const redis = new Redis(queueUrl);
      await redis.flushall();
      redis.disconnect();
    },
    close: () => wakeUps.close(),
  };
}

async function openWorkersRig(): Promise<WorkersRig> {
  const target = new URL(queueUrl);
  const proxy = await openTcpProxy({ host: target.hostname, port: Number(target.port || 6379) });
  const proxied = new URL(queueUrl);
  proxied.host = `127.0.0.1:${proxy.port}`;
  const connection = emptyConnection(proxied.href);
  return {
    ...proxy,
    connection,
    sendRaw: async (role, payload) => {
      const raw = new Queue(nameOfQueue(connection, role), { connection: { url: queueUrl } });
      await raw.add(role, payload);
      await raw.close();
    },
  };
}

// The global setup fails without a Redis when TEST_ALL=1 asks for every test.
describe.skipIf(redisUrl === null)("wake-ups in Redis (need TEST_REDIS_URL)", () => {
  wakeUpsContract(openRig);
});
describe.skipIf(redisUrl === null)("workers on Redis (need TEST_REDIS_URL)", () => {
  workersContract(openWorkersRig);
});

describe.skipIf(redisUrl === null)("workers on a Redis that answers with errors (need TEST_REDIS_URL)", () => {
  it("pause between their attempts, and continue when it answers again", async () => {
    const user = randomUUID();
    const admin = new Redis(queueUrl);
    const asUser = new URL(queueUrl);
    asUser.username = user;
    asUser.password = "secret";
    await admin.call("ACL", "SETUSER", user, "on", ">secret", "~*", "&*", "+@all");
    const connection = emptyConnection(asUser.href);
    const report = createAvailabilityReport(() => undefined);
    const wakeUps = createWakeUps(connection, report);
    const inbox = createInbox<string | null>();
    const gate = createGate();
    const onWakeUp = async (_role: unknown, id: string | null): Promise<void> => {
      inbox.put(id);
      await gate.opened;
    };
    wakeUps.send(Array.from({ length: 10 }, (_, index) => ({ role: "submit", id: String(index) })));
    const workers = startWorkers({ ...connection, roles: ["submit"], concurrency: ONE_EACH, report, onWakeUp });
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
    await wakeUps.close();
    await admin.call("ACL", "DELUSER", user);
    admin.disconnect();
  });
});
