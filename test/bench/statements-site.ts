import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXPORTERS } from "../../src/core/exporters/built-in-exporters.ts";
import { follow, type Program } from "../processes/follow.ts";
import type { Closers } from "../processes/kills/closers.ts";
import { createOwnDatabase } from "../processes/kills/own-database.ts";
import { startOwnRedis } from "../processes/kills/own-redis.ts";
import { waitUntil } from "../processes/kills/wait-until.ts";
import type { OwnPostgres } from "./own-postgres.ts";
import { openStatementCounts, type StatementCounts } from "./statement-counts.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** All that is known here about the tables. */
export const ARCHIVED = `jobs WHERE state = 'archived'`;
export const DUE_AT = { table: "exports", column: "next_due_at" } as const;

const CONNECTIONS = ["north", "south", "east"];
const MAX_CONCURRENT_JOBS = 50;
/** Due once a year, so that no export comes due by itself. */
const YEARLY = "0 0 1 1 *";
const START_MS = 300_000;
const TICKS_PER_SECOND = 100;

export type Backend = "redis" | "postgres";

export interface Site {
  readonly program: Program;
  readonly counts: StatementCounts;
  submits(): Promise<number>;
}

export interface SiteOptions {
  readonly postgres: OwnPostgres;
  readonly queue: Backend;
  readonly exports: number;
  /** Of exports that never come due only the shortest words are written: a configuration may have a million characters. */
  readonly isIdle: boolean;
}

/** Starts everything that the program needs, the program itself, and waits until it has planned when each export is due. */
export async function openSite(closers: Closers, { postgres, queue, exports, isIdle }: SiteOptions): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), "nightferry-statements-"));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const redis = queue === "redis" ? await startOwnRedis() : null;
  if (redis) closers.add(() => redis.close());
  const own = await createOwnDatabase(postgres.programUrl);
  closers.add(() => own.drop());
  const wfm = await startWfm(closers);
  await writeFile(join(directory, "nightferry.yaml"), JSON.stringify(configuration(wfm.url, exports, isIdle)));
  const child = spawn(process.execPath, [join(ROOT, "dist", "src", "cli", "main.js"), "up"], {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      HOME: directory,
      NIGHTFERRY_HOME: join(directory, "home"),
      NIGHTFERRY_HTTP: "127.0.0.1:0",
      LOG_LEVEL: "warn",
      WFM_PASSWORD: "demo",
      DATABASE_URL: own.url,
      ...(redis ? { QUEUE_URL: redis.url } : {}),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const program = follow(child);
  closers.add(async () => {
    child.kill("SIGKILL");
    await program.ended;
  });
  const counts = await openStatementCounts(postgres.adminUrl, own.name, own.name);
  closers.add(() => counts.close());
  const countPlanned = () => countRows(counts, `${DUE_AT.table} WHERE ${DUE_AT.column} IS NOT NULL`).catch(() => 0);
  await waitUntil(async () => (await countPlanned()) === exports || hasEnded(program), {
    deadlineMs: START_MS,
    describe: async () => `${await countPlanned()} of ${exports} exports have their time\n${tail(program)}`,
  });
  refuseEnd(program);
  return { program, counts, submits: wfm.submits };
}

async function startWfm(closers: Closers): Promise<{ readonly url: string; submits(): Promise<number> }> {
  const child = fork(join(ROOT, "test/bench/instant-wfm.ts"), CONNECTIONS, { execArgv: ["--import", "tsx"] });
  closers.add(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  const { url } = await hear<{ url: string }>(child);
  const submits = async () => {
    const answer = hear<{ submits: number }>(child);
    child.send({});
    return (await answer).submits;
  };
  return { url, submits };
}

async function hear<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, "message")) as [T];
  return message;
}

/** Literal ids, one business date and one job for each export, spread over the connections and the exporters. Every JSON is YAML. */
function configuration(url: string, exports: number, isIdle: boolean): object {
  const exporters = EXPORTERS.filter(({ selector, formats }) => selector === "management-units" && formats.includes("PIPE"));
  // A login of its own each: a connection sees every job of its login, and would take those of another one for orphans.
  const connectionOf = (userName: string) => {
    return { url, customerId: 1, userName, password: "${env:WFM_PASSWORD}", maxConcurrentJobs: MAX_CONCURRENT_JOBS };
  };
  const exportOf = (index: number) => ({
    connection: CONNECTIONS[index % CONNECTIONS.length],
    exporter: exporters[Math.floor(index / CONNECTIONS.length) % exporters.length]?.slug,
    schedule: YEARLY,
    window: { from: "-1d", to: "-1d" },
    select: { muIds: [101] },
    parameters: { timeFormat: "24" },
    partition: "interval",
    destination: "lake",
  });
  const idleExportOf = (index: number) => {
    return { connection: CONNECTIONS[index % CONNECTIONS.length], exporter: "mu-opens", schedule: YEARLY, destination: "lake" };
  };
  const names = Array.from({ length: exports }, (_, index) => [`e${index}`, isIdle ? idleExportOf(index) : exportOf(index)] as const);
  return {
    version: 1,
    connections: Object.fromEntries(CONNECTIONS.map((name) => [name, connectionOf(name)])),
    destinations: { lake: { type: "file", path: "./lake" } },
    exports: Object.fromEntries(names),
  };
}

export async function countRows(counts: StatementCounts, rows: string): Promise<number> {
  const [answer] = await counts.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${rows}`);
  return answer?.count ?? 0;
}

export function hasEnded({ child }: Program): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

export function refuseEnd(program: Program): void {
  if (hasEnded(program)) throw new Error(`the program has ended:\n${tail(program)}`);
}

export function tail({ stderr }: Program): string {
  return stderr().slice(-2000);
}

/** Processor time of a process until now, in seconds, as the kernel counts it; NaN where there is no /proc. */
export async function cpuSeconds({ child }: Program): Promise<number> {
  const stat = await readFile(`/proc/${child.pid}/stat`, "utf8").catch(() => "");
  // The name in parentheses may have spaces in it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
