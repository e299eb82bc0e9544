import { parseArgs } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolClient } from "pg";
import { createAvailabilityReport } from "../../src/bullmq/report-unavailable.ts";
import { createWakeUps } from "../../src/bullmq/wake-ups.ts";
import type { WakeUps } from "../../src/core/ports/wake-up.ts";
import { PASSES, type ReconcilePorts } from "../../src/flows/reconcile/reconcile-next.ts";
import { systemClock } from "../../src/observability/system-clock.ts";
import { applyMigrations } from "../../src/postgres/apply-migrations.ts";
import { poolSettings } from "../../src/postgres/connection-settings.ts";
import { createRepositories } from "../../src/postgres/create-repositories.ts";
import { PrismaClient } from "../../src/postgres/generated/client.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import { type Closers, createClosers } from "../processes/kills/closers.ts";
import { createOwnDatabase } from "../processes/kills/own-database.ts";
import { startOwnRedis } from "../processes/kills/own-redis.ts";
import { fillDatabase } from "./fill-database.ts";
import { openServer } from "./open-server.ts";
import { printTable } from "./print-table.ts";

/** What the passes of the reconciler cost: `npm run bench:reconcile -- --archived 100000 --live 1000 --queue redis|postgres --rounds 20`. */
const { values } = parseArgs({
  options: {
    archived: { type: "string", default: "100000" },
    live: { type: "string", default: "1000" },
    queue: { type: "string", default: "postgres" },
    rounds: { type: "string", default: "20" },
  },
});
const CONNECTIONS = ["north", "south", "east", "west"];
const EXPORTERS = ["agent-schedule-detail", "agent-schedule-summary", "agent-activity-detail", "mu-forecast", "mu-results"];
const CONCURRENCY_LIMIT = 100;

interface Statement {
  readonly text: string;
  readonly ms: number;
}

async function openPorts(closers: Closers, statements: Statement[]): Promise<ReconcilePorts> {
  const own = await createOwnDatabase(await openServer(closers));
  closers.add(() => own.drop());
  await applyMigrations(own.url);
  const pool = new Pool(poolSettings(own.url, {}));
  pool.on("connect", (client) => recordStatements(client, statements));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: own.name, disposeExternalPool: true }) });
  closers.add(() => prisma.$disconnect());
  const repositories = createRepositories(prisma);
  const connections = CONNECTIONS.map((name) => buildConnection({ name, maxConcurrentJobs: CONCURRENCY_LIMIT }));
  const exports = CONNECTIONS.flatMap((connection) =>
    EXPORTERS.map((exporter) => buildExport({ name: `${connection}-${exporter}`, connection, exporter })),
  );
  await repositories.exports.sync(connections, exports);
  await fillDatabase(own.url, {
    archived: Number(values.archived),
    live: Number(values.live),
    connections: CONNECTIONS,
    exporters: EXPORTERS,
  });
  const redis = values.queue === "redis" ? await startOwnRedis() : null;
  if (redis) closers.add(() => redis.close());
  const wakeUps = createWakeUps(
    { queueUrl: redis?.url ?? null, databaseUrl: own.url },
    createAvailabilityReport(() => undefined),
  );
  closers.add(() => wakeUps.close());
  const registry = {
    exports: () => exports,
    findExport: (name: string) => exports.find((one) => one.name === name) ?? null,
    findExporter: () => null,
    findConnection: (name: string) => connections.find((one) => one.name === name) ?? null,
  };
  return {
    repositories,
    wakeUps: countSent(wakeUps),
    registry,
    clock: systemClock,
    random: () => 0.5,
    notifier: null,
    findObjectStore: () => null,
    emit: () => undefined,
  };
}

let sent = 0;

function countSent(wakeUps: WakeUps): WakeUps {
  return {
    send: (sending, options) => {
      sent += sending.length;
      wakeUps.send(sending, options);
    },
  };
}

function recordStatements(client: PoolClient, statements: Statement[]): void {
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

const ms = (value = Number.NaN): string => value.toFixed(1);

/** All passes once after each other, as often as asked for. The first round opens the connections and is reported by itself. */
async function measure(ports: ReconcilePorts, statements: Statement[]): Promise<Readonly<Record<string, string | number>>> {
  const times = new Map<string, number[]>(PASSES.map(({ name }) => [name, []]));
  const rounds: number[] = [];
  let cpuMs = 0;
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    [statements.length, sent] = [0, 0];
    const [startedAt, before] = [performance.now(), process.cpuUsage()];
    for (const pass of PASSES) {
      const passStartedAt = performance.now();
      await pass.run(ports);
      times.get(pass.name)?.push(performance.now() - passStartedAt);
    }
    rounds.push(performance.now() - startedAt);
    const { user, system } = process.cpuUsage(before);
    cpuMs = (user + system) / 1000;
  }
  const [first, ...others] = rounds;
  const median = (all: readonly number[]): number | undefined => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
  const ofPasses = [...times].map(([name, all]) => [`... of it ${name}, ms`, ms(median(all.slice(1)))] as const);
  return {
    "first round of all passes, ms": ms(first),
    "median of a round, ms": ms(median(others)),
    "slowest round, ms": ms(Math.max(...others)),
    ...Object.fromEntries(ofPasses),
    "processor time of the last round, ms": ms(cpuMs),
    "statements per round": statements.length,
    "... of it in PostgreSQL, ms": ms(statements.reduce((sum, statement) => sum + statement.ms, 0)),
    "wake-ups per round": sent,
  };
}

const closers = createClosers();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void closers.closeAll().finally(() => process.exit(1)));
try {
  const statements: Statement[] = [];
  const ports = await openPorts(closers, statements);
  const figures = await measure(ports, statements);
  printTable({ queue: values.queue, "archived jobs": values.archived, "live jobs": values.live, rounds: values.rounds, ...figures });
  const [slowest] = statements.toSorted((a, b) => b.ms - a.ms);
  process.stdout.write(`slowest statement of the last round, ${ms(slowest?.ms)} ms:\n${slowest?.text ?? ""}\n`);
} finally {
  await closers.closeAll();
}
