import { parseArgs } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolClient } from "pg";
import { createMessageQueue } from "../../src/bullmq/message-queue.ts";
import type { MessageQueue } from "../../src/core/message.ts";
import { sweep } from "../../src/flows/sweep.ts";
import { systemClock } from "../../src/observability/system-clock.ts";
import { applyMigrations } from "../../src/postgres/apply-migrations.ts";
import { poolSettings } from "../../src/postgres/connection-settings.ts";
import { createStores } from "../../src/postgres/create-stores.ts";
import { PrismaClient } from "../../src/postgres/generated/client.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import { type Closers, createClosers } from "../processes/kills/closers.ts";
import { createOwnDatabase } from "../processes/kills/own-database.ts";
import { startOwnRedis } from "../processes/kills/own-redis.ts";
import { fillDatabase } from "./fill-database.ts";
import { openServer } from "./open-server.ts";
import { printTable } from "./print-table.ts";

/** What one pass of the sweep costs: `npm run bench:sweep -- --archived 100000 --live 1000 --queue redis|postgres --passes 20`. */
const { values } = parseArgs({
  options: {
    archived: { type: "string", default: "100000" },
    live: { type: "string", default: "1000" },
    queue: { type: "string", default: "postgres" },
    passes: { type: "string", default: "20" },
  },
});
const CONNECTIONS = ["north", "south", "east", "west"];
const EXPORTERS = ["agent-schedule-detail", "agent-schedule-summary", "agent-activity-detail", "mu-forecast", "mu-results"];
const BUDGET = 100;

interface Statement {
  readonly text: string;
  readonly ms: number;
}

async function openPorts(closers: Closers, statements: Statement[]): Promise<Parameters<typeof sweep>[0]> {
  const own = await createOwnDatabase(await openServer(closers));
  closers.add(() => own.drop());
  await applyMigrations(own.url);
  const pool = new Pool(poolSettings(own.url, {}));
  pool.on("connect", (client) => takeTime(client, statements));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: own.name, disposeExternalPool: true }) });
  closers.add(() => prisma.$disconnect());
  const stores = createStores(prisma);
  const connections = CONNECTIONS.map((name) => buildConnection({ name, maxConcurrentJobs: BUDGET }));
  const exports = CONNECTIONS.flatMap((connection) =>
    EXPORTERS.map((exporter) => buildExport({ name: `${connection}-${exporter}`, connection, exporter })),
  );
  await stores.exports.sync(connections, exports);
  await fillDatabase(own.url, {
    archived: Number(values.archived),
    live: Number(values.live),
    connections: CONNECTIONS,
    exporters: EXPORTERS,
  });
  const redis = values.queue === "redis" ? await startOwnRedis() : null;
  if (redis) closers.add(() => redis.close());
  const queue = createMessageQueue({ queueUrl: redis?.url ?? null, databaseUrl: own.url });
  closers.add(() => queue.close());
  const catalog = {
    exports: () => exports,
    findExport: (name: string) => exports.find((one) => one.name === name) ?? null,
    findExporter: () => null,
    findConnection: (name: string) => connections.find((one) => one.name === name) ?? null,
  };
  return {
    stores,
    queue: countSent(queue),
    catalog,
    clock: systemClock,
    random: () => 0.5,
    notifier: null,
    findObjectStore: () => null,
    emit: () => undefined,
  };
}

let sent = 0;

function countSent(queue: MessageQueue): MessageQueue {
  return {
    send: (message, options) => {
      sent += 1;
      return queue.send(message, options);
    },
    sendAll: (messages) => {
      sent += messages.length;
      return queue.sendAll(messages);
    },
  };
}

function takeTime(client: PoolClient, statements: Statement[]): void {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const timed = async (...args: unknown[]) => {
    const startedAt = performance.now();
    const answer = await query(...args);
    const [statement] = args as [{ readonly text?: string } | string];
    statements.push({ text: typeof statement === "string" ? statement : (statement.text ?? ""), ms: performance.now() - startedAt });
    return answer;
  };
  Object.assign(client, { query: timed });
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const closers = createClosers();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void closers.closeAll().finally(() => process.exit(1)));
try {
  const statements: Statement[] = [];
  const ports = await openPorts(closers, statements);
  const passes: number[] = [];
  let [first, cpuMs] = [0, 0];
  for (let pass = 0; pass <= Number(values.passes); pass += 1) {
    [statements.length, sent] = [0, 0];
    const [startedAt, before] = [performance.now(), process.cpuUsage()];
    await sweep(ports);
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(before);
    cpuMs = (user + system) / 1000;
    // The first one opens the connections, and sends messages that nobody has sent yet.
    if (pass === 0) first = ms;
    else passes.push(ms);
  }
  const sorted = passes.toSorted((a, b) => a - b);
  const slowest = statements.toSorted((a, b) => b.ms - a.ms)[0];
  printTable({
    queue: values.queue,
    "archived jobs": values.archived,
    "live jobs": values.live,
    passes: passes.length,
    "first pass, ms": first.toFixed(0),
    "min, ms": (sorted[0] ?? 0).toFixed(0),
    "median, ms": median(sorted).toFixed(0),
    "max, ms": (sorted.at(-1) ?? 0).toFixed(0),
    "processor time of the last, ms": cpuMs.toFixed(0),
    "statements per pass": statements.length,
    "... of these in SQL, ms": statements.reduce((sum, { ms }) => sum + ms, 0).toFixed(0),
    "messages sent per pass": sent,
    "slowest statement, ms": (slowest?.ms ?? 0).toFixed(1),
  });
  process.stdout.write(`${slowest?.text ?? ""}\n`);
} finally {
  await closers.closeAll();
}
