import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { stringify } from "yaml";
import { createSimulator, type Simulator } from "../../src/simulator/create-simulator.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator-options.ts";
import { discardHome } from "./fixtures/discard-home.ts";
import { follow, type Program } from "./follow.ts";
import { openTestDatabase, type TestDatabase } from "../postgres.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

export const PASSWORD = "canary-password-7Qz";

/** A directory with a configuration, a simulated WFM and a database of its own. */
export interface Site {
  readonly directory: string;
  readonly simulator: Simulator;
  readonly wfmUrl: string;
  readonly database: TestDatabase;
  /** Writes `nightferry.yaml`: the usual one, with these sections over it. */
  configure(overrides?: { url?: string; destination?: object; exports?: object }): Promise<void>;
  /** Starts a command; `entry` is another file of dist than the command line's, `fixture` one of `fixtures`. */
  start(args: readonly string[], options?: StartOptions): Program;
  /** Paths of the stored objects below `archive`, sorted; unfinished uploads are left out. */
  objects(): Promise<string[]>;
}

export interface StartOptions {
  readonly env?: Record<string, string | null>;
  readonly shell?: string;
  readonly entry?: string;
  readonly fixture?: string;
}

export async function openSite(options: SimulatorOptions = {}): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), "nightferry-site-"));
  const simulator = createSimulator({ users: [{ customerId: 1, userName: "demo", password: PASSWORD }], ...options });
  const wfmUrl = await simulator.listen();
  const database = await openTestDatabase({ empty: true });
  onTestFinished(async () => {
    await simulator.close();
    await database.drop();
    await discardHome(join(directory, "home"));
    await rm(directory, { recursive: true, force: true });
  });
  const site: Site = {
    directory,
    simulator,
    wfmUrl,
    database,
    configure: async ({ url = wfmUrl, destination = { type: "file", path: "./archive" }, exports } = {}) => {
      const configuration = {
        version: 1,
        connections: { acme: { url, customerId: 1, userName: "demo", password: "${env:WFM_PASSWORD}" } },
        destinations: { lake: destination },
        exports: exports ?? {
          schedules: { connection: "acme", exporter: "agent-schedule-detail", schedule: "30 1 1 1 *", destination: "lake" },
        },
      };
      await writeFile(join(directory, "nightferry.yaml"), stringify(configuration));
    },
    start: (args, { env = {}, shell, entry = "src/cli/main.js", fixture } = {}) => {
      const script = fixture
        ? ["--import", import.meta.resolve("tsx"), join(ROOT, "test/processes/fixtures", fixture)]
        : [join(ROOT, "dist", entry)];
      const command = [process.execPath, ...script, ...args];
      const surroundings = {
        PATH: process.env["PATH"],
        HOME: directory,
        NIGHTFERRY_HOME: join(directory, "home"),
        NIGHTFERRY_HTTP: "127.0.0.1:0",
        NODE_NO_WARNINGS: "1",
        WFM_PASSWORD: PASSWORD,
        DATABASE_URL: database.url,
        AWS_ACCESS_KEY_ID: "S3RVER",
        AWS_SECRET_ACCESS_KEY: "S3RVER",
        ...env,
      };
      const given = Object.fromEntries(Object.entries(surroundings).filter((entry): entry is [string, string] => entry[1] !== null));
      const [file, ...rest] = shell ? ["sh", "-c", `${shell}; exec "$@"`, "sh", ...command] : command;
      const child = spawn(file!, rest, { cwd: directory, env: given, stdio: ["ignore", "pipe", "pipe"] });
      onTestFinished(() => void child.kill("SIGKILL"));
      return follow(child);
    },
    objects: async () => {
      const entries = await readdir(join(directory, "archive"), { recursive: true, withFileTypes: true }).catch(() => []);
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 9));
      return files.filter((path) => !path.startsWith(".uploads")).sort();
    },
  };
  await site.configure();
  return site;
}

export async function readObject(site: Site, path: string): Promise<Buffer> {
  return await readFile(join(site.directory, "archive", path));
}

/** Makes the export's next time one that was due a moment ago. */
export async function makeDue(site: Site, exportName: string): Promise<void> {
  const { openDatabase } = await import("../../src/postgres/database.ts");
  const database = openDatabase(site.database.url);
  try {
    for (;;) {
      // A process that has just begun may set the first time in between.
      const due = await database.prisma.export.findUnique({ where: { name: exportName }, select: { nextDueAt: true } });
      const at = new Date(Date.now() - 1000);
      if (await database.repositories.exports.claimScheduledTimes(exportName, due?.nextDueAt ?? null, at, [])) return;
    }
  } finally {
    await database.close();
  }
}
