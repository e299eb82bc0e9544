import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Closers, createClosers } from "../processes/kills/closers.ts";
import { hasRedisServer } from "../processes/kills/own-redis.ts";
import { waitUntil } from "../processes/kills/wait-until.ts";
import { startOwnPostgres } from "./own-postgres.ts";
import { printTable } from "./print-table.ts";
import type { CountedStatement } from "./statement-counts.ts";
import {
  ARCHIVED,
  type Backend,
  countRows,
  cpuSeconds,
  DUE_AT,
  hasEnded,
  openSite,
  refuseEnd,
  type SiteOptions,
  tail,
} from "./statements-site.ts";

/**
 * How many SQL statements the program needs, as it ships and in a process of its own: for each archived job when many exports come due
 * at once, and for each second when it has nothing to do. PostgreSQL counts them.
 * `npm run bench:statements -- --exports 300 --idle-exports 10000 --idle-seconds 60 --queue redis|postgres|both --json`.
 * With `--exports 0` or `--idle-exports 0` that figure is left out.
 */
const { values } = parseArgs({
  options: {
    exports: { type: "string", default: "300" },
    "idle-exports": { type: "string", default: "10000" },
    "idle-seconds": { type: "string", default: "60" },
    queue: { type: "string", default: "both" },
    json: { type: "boolean", default: false },
  },
});

const TOP = 20;
const ARCHIVE_MS = 300_000;
/** A process that has just started still does what it does once. */
const START_UP_MS = 10_000;

interface Measured {
  readonly queue: Backend;
  readonly what: "due at once" | "idle";
  readonly figures: Readonly<Record<string, number>>;
  /** Most calls first. */
  readonly top: readonly { readonly calls: number; readonly ms: number; readonly isOfQueue: boolean; readonly text: string }[];
}

async function measureDue(options: SiteOptions, closers: Closers): Promise<Measured> {
  const { exports, queue } = options;
  const { program, counts, submits } = await openSite(closers, options);
  await delay(START_UP_MS);
  const cpuBefore = await cpuSeconds(program);
  await counts.reset();
  const startedAt = performance.now();
  await counts.query(`UPDATE ${DUE_AT.table} SET ${DUE_AT.column} = date_trunc('minute', now())`);
  const countArchived = () => countRows(counts, ARCHIVED);
  await waitUntil(async () => (await countArchived()) >= exports || hasEnded(program), {
    deadlineMs: ARCHIVE_MS,
    describe: async () => `${await countArchived()} of ${exports} are archived\n${tail(program)}`,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const statements = await counts.read();
  const cpu = (await cpuSeconds(program)) - cpuBefore;
  refuseEnd(program);
  const archived = await countArchived();
  const submitted = await submits();
  if (submitted !== exports || archived !== exports) throw new Error(`${submitted} submitted, ${archived} archived, and ${exports} wanted`);
  const { ours, ofQueue, ms } = sum(statements);
  const figures = {
    "archived jobs": archived,
    seconds: round(seconds),
    "archived per second": round(archived / seconds),
    statements: ours + ofQueue,
    "statements per archived job": round(ours / archived),
    "... and of the queue": round(ofQueue / archived),
    "time in PostgreSQL per archived job, ms": round(ms / archived),
    "processor time of the program per archived job, ms": round((cpu * 1000) / archived),
  };
  return { queue, what: "due at once", figures, top: statements.slice(0, TOP) };
}

async function measureIdle(options: SiteOptions, closers: Closers): Promise<Measured> {
  const startedAt = performance.now();
  const { program, counts } = await openSite(closers, options);
  const startSeconds = (performance.now() - startedAt) / 1000;
  await delay(START_UP_MS);
  const cpuBefore = await cpuSeconds(program);
  await counts.reset();
  const wanted = Number(values["idle-seconds"]);
  const since = performance.now();
  await delay(wanted * 1000);
  const statements = await counts.read();
  const seconds = (performance.now() - since) / 1000;
  const cpu = (await cpuSeconds(program)) - cpuBefore;
  refuseEnd(program);
  const { ours, ofQueue, ms } = sum(statements);
  const figures = {
    exports: options.exports,
    "seconds until every export had its time": round(startSeconds),
    "idle seconds": round(seconds),
    statements: ours + ofQueue,
    "statements per second": round(ours / seconds),
    "... and of the queue": round(ofQueue / seconds),
    "time in PostgreSQL per second, ms": round(ms / seconds),
    "processor time of the program, % of a core": round((cpu / seconds) * 100),
  };
  return { queue: options.queue, what: "idle", figures, top: statements.slice(0, TOP) };
}

function sum(statements: readonly CountedStatement[]): { readonly ours: number; readonly ofQueue: number; readonly ms: number } {
  const calls = (isOfQueue: boolean) =>
    statements.filter((one) => one.isOfQueue === isOfQueue).reduce((total, statement) => total + statement.calls, 0);
  return { ours: calls(false), ofQueue: calls(true), ms: statements.reduce((total, statement) => total + statement.ms, 0) };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

const WIDTH = 120;

function print({ queue, what, figures, top }: Measured): void {
  printTable({ measured: what, queue, ...figures });
  const lines = top.map(({ text, calls, isOfQueue }, index) => {
    return [`${String(index + 1).padStart(2)}. ${isOfQueue ? "queue: " : ""}${shorten(text)}`.slice(0, WIDTH), calls] as const;
  });
  printTable(Object.fromEntries(lines));
}

/** What tells a statement from others is where it looks, not the columns that it lists. */
function shorten(text: string): string {
  return text
    .replaceAll('"', "")
    .replace(/^SELECT .*? FROM (?!\()/, "SELECT ... FROM ")
    .replace(/ SET (\w+ = \$\d+), .*? WHERE /, " SET $1, ... WHERE ")
    .replace(/(INSERT INTO \S+) \(.*/, "$1 ...");
}

/** Each measurement has everything of its own but the PostgreSQL. What cannot be measured does not keep the others from it. */
async function measure(
  work: (options: SiteOptions, closers: Closers) => Promise<Measured>,
  options: SiteOptions,
): Promise<Measured | null> {
  if (options.exports === 0) return null;
  const closers = createClosers();
  open.add(closers);
  try {
    const measured = await work(options, closers);
    if (!values.json) print(measured);
    return measured;
  } catch (error) {
    if (!ending) process.stderr.write(`${work.name}, queue ${options.queue}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return null;
  } finally {
    // A signal has everything put away already, and ends the process then.
    await (ending ?? closers.closeAll());
    open.delete(closers);
  }
}

const open = new Set<Closers>();
const closers = createClosers();
let ending: Promise<void> | null = null;

async function closeEverything(): Promise<void> {
  for (const one of [...open, closers]) await one.closeAll().catch(() => undefined);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    ending ??= closeEverything().finally(() => process.exit(1));
  });
}
const BACKENDS: Readonly<Record<string, readonly Backend[]>> = { redis: ["redis"], postgres: ["postgres"], both: ["redis", "postgres"] };
const backends = BACKENDS[values.queue];
if (!backends) throw new Error(`--queue is redis, postgres or both, not ${values.queue}`);
if (backends.includes("redis") && !hasRedisServer())
  throw new Error("there is no redis-server to start; install it, or use --queue postgres");
try {
  const postgres = await startOwnPostgres(closers);
  const all: (Measured | null)[] = [];
  for (const queue of backends) {
    all.push(await measure(measureDue, { postgres, queue, exports: Number(values.exports), isIdle: false }));
    all.push(await measure(measureIdle, { postgres, queue, exports: Number(values["idle-exports"]), isIdle: true }));
  }
  if (values.json) process.stdout.write(`${JSON.stringify(all.filter((one) => one !== null))}\n`);
} finally {
  await (ending ?? closers.closeAll());
}
