import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { stringify } from "yaml";
import type { BusinessDate } from "../../../src/core/base/business-date.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { systemClock } from "../../../src/observability/system-clock.ts";
import { applyMigrations } from "../../../src/postgres/apply-migrations.ts";
import { type Database, openDatabase } from "../../../src/postgres/database.ts";
import { createSimulator, type Simulator } from "../../../src/simulator/create-simulator.ts";
import type { LocalS3 } from "../../../src/cli/demo/local-s3.ts";
import { startS3Server } from "../../fakes/s3-server.ts";
import { follow, type Program } from "../follow.ts";
import { type Closers, openWith } from "./closers.ts";
import { createFastClock } from "./fast-clock.ts";
import { createOwnDatabase } from "./own-database.ts";
import { removeKeysOf } from "./own-redis.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;

/** One export of each; each is told from the others by its exporter alone. */
export const EXPORTERS = [
  "agent-schedule-detail",
  "agent-schedule-summary",
  "agent-info",
  "agent-activity-detail",
  "agent-adherence-summary",
  "mu-forecast",
  "mu-results",
  "ct-results",
] as const;

export interface KillSiteOptions {
  /** A PostgreSQL whose user may create databases. */
  readonly serverUrl: string;
  /** `null`: the queue is in PostgreSQL. */
  readonly queueUrl: string | null;
  /** How many times faster the programs' time passes; with 1 they are the program as it ships. */
  readonly speed: number;
  readonly limit: number;
  readonly faults?: string;
}

/** A simulated WFM, a bucket and a database of its own, and programs between them that a test kills. */
export interface KillSite {
  readonly simulator: Simulator;
  readonly bucket: LocalS3;
  readonly database: Database;
  /** Starts a process with these roles, or with all of them. */
  start(roles?: readonly string[]): Program;
  /** Orders one business date of every export. */
  order(date: BusinessDate): Promise<void>;
  close(): Promise<void>;
}

export function openKillSite(options: KillSiteOptions): Promise<KillSite> {
  return openWith((closers) => open(options, closers));
}

async function open(options: KillSiteOptions, closers: Closers): Promise<KillSite> {
  const { serverUrl, queueUrl, speed, limit, faults = "" } = options;
  const pace = { since: systemClock.now().getTime(), speed };
  const clock = createFastClock(pace);
  const directory = await mkdtemp(join(tmpdir(), "nightferry-kills-"));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const simulator = createSimulator({ now: () => clock.now().getTime(), maxRunning: limit, faults });
  const wfmUrl = await simulator.listen();
  closers.add(() => simulator.close());
  const bucket = await startS3Server();
  closers.add(() => bucket.close());
  const own = await createOwnDatabase(serverUrl);
  closers.add(() => own.drop());
  if (queueUrl !== null) closers.add(() => removeKeysOf(queueUrl, own.name));
  await applyMigrations(own.url);
  const database = openDatabase(own.url);
  closers.add(() => database.close());
  await writeFile(join(directory, "nightferry.yaml"), stringify(configuration({ wfmUrl, endpoint: bucket.endpoint, limit })));
  const program = speed === 1 ? null : await buildHurriedProgram(closers);
  const start = (roles: readonly string[] = []): Program => {
    const child = spawn(process.execPath, program ? [program, String(pace.since), String(speed), ...roles] : shippedArguments(roles), {
      cwd: directory,
      env: environmentOf({ directory, databaseUrl: own.url, queueUrl }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = follow(child);
    closers.add(async () => {
      child.kill("SIGKILL");
      await started.ended;
    });
    return started;
  };
  // Work without a wake-up is found at the next poll interval.
  const wakeUps = { send: () => undefined };
  const ports = { repositories: database.repositories, wakeUps, clock, newId: randomUUID, emit: () => undefined };
  const order = async (date: BusinessDate): Promise<void> => {
    for (const exportName of EXPORTERS) await createRun(ports, { exportName, interval: { from: date, to: date }, trigger: "backfill" });
  };
  return { simulator, bucket, database, start, order, close: () => closers.closeAll() };
}

/** The command that has these roles. */
function shippedArguments(roles: readonly string[]): string[] {
  const main = join(ROOT, "dist", "src", "cli", "main.js");
  if (roles.length === 0) return [main, "up"];
  const [first = ""] = roles;
  return first === "schedule" ? [main, "scheduler"] : first === "http" ? [main, first] : [main, "worker", "--queues", roles.join(",")];
}

/** In a directory of its own below dist, so that it finds its packages and migrations; two tests may build it at once. */
async function buildHurriedProgram(closers: Closers): Promise<string> {
  const directory = join(ROOT, "dist", `hurried-${randomUUID()}`);
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const outfile = join(directory, "program.js");
  const entry = join(ROOT, "test/processes/fixtures/hurried-program.ts");
  await build({ entryPoints: [entry], outfile, bundle: true, packages: "external", format: "esm", platform: "node", target: "node20" });
  return outfile;
}

function environmentOf({ directory, databaseUrl, queueUrl }: { directory: string; databaseUrl: string; queueUrl: string | null }) {
  return {
    PATH: process.env["PATH"],
    HOME: directory,
    NIGHTFERRY_HOME: join(directory, "home"),
    NIGHTFERRY_HTTP: "127.0.0.1:0",
    NODE_NO_WARNINGS: "1",
    WFM_PASSWORD: "demo",
    DATABASE_URL: databaseUrl,
    ...(queueUrl === null ? {} : { QUEUE_URL: queueUrl }),
    AWS_ACCESS_KEY_ID: "S3RVER",
    AWS_SECRET_ACCESS_KEY: "S3RVER",
  };
}

function configuration({ wfmUrl, endpoint, limit }: { wfmUrl: string; endpoint: string; limit: number }) {
  const exportOf = (exporter: string) => ({
    connection: "acme",
    exporter,
    destination: "lake",
    parameters: { timeFormat: "24" },
  });
  return {
    version: 1,
    connections: {
      acme: { url: wfmUrl, customerId: 1, userName: "demo", password: "${env:WFM_PASSWORD}", maxConcurrentJobs: limit },
    },
    destinations: { lake: { type: "s3", bucket: "lake", region: "us-east-1", endpoint, forcePathStyle: true } },
    exports: Object.fromEntries(EXPORTERS.map((exporter) => [exporter, exportOf(exporter)])),
  };
}
