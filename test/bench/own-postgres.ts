import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import type { Closers } from "../processes/kills/closers.ts";
import { freePort } from "../processes/kills/free-port.ts";

/** A PostgreSQL of the benchmark's own, which counts the statements of every role. */
export interface OwnPostgres {
  /** The superuser's address. */
  readonly adminUrl: string;
  /** The address for the program: a role that may create databases, so that its statements are told from ours. */
  readonly programUrl: string;
}

const ADMIN = "bench";
export const PROGRAM_ROLE = "program";

const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=200",
  "shared_preload_libraries=pg_stat_statements",
  "pg_stat_statements.track=top",
  "pg_stat_statements.track_utility=on",
  "pg_stat_statements.max=10000",
];

const run = promisify(execFile);

/** Starts the newest PostgreSQL that Debian's packages have installed, or the one on the PATH; it ends with the benchmark. */
export async function startOwnPostgres(closers: Closers): Promise<OwnPostgres> {
  const bin = await findBinaries();
  const directory = await mkdtemp(join(tmpdir(), "nightferry-postgres-"));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o755);
  const data = join(directory, "data");
  await mkdir(data, { mode: 0o700 });
  const isRoot = userInfo().uid === 0;
  if (isRoot) await run("chown", ["postgres", data]);
  // PostgreSQL does not run as root.
  const execute = async (program: string, args: readonly string[]): Promise<void> => {
    const command = [join(bin, program), ...args];
    await (isRoot ? run("runuser", ["-u", "postgres", "--", ...command]) : run(command[0] ?? program, command.slice(1)));
  };
  await execute("initdb", ["-D", data, "-U", ADMIN, "-A", "trust", "--no-sync"]);
  const port = await freePort();
  const options = [`-p ${port}`, ...SETTINGS.map((setting) => `-c ${setting.endsWith("=") ? `${setting}''` : setting}`)].join(" ");
  await execute("pg_ctl", ["-D", data, "-w", "-l", join(data, "server.log"), "-o", options, "start"]);
  closers.add(() => execute("pg_ctl", ["-D", data, "-w", "-m", "immediate", "stop"]));
  const adminUrl = `postgresql://${ADMIN}@127.0.0.1:${port}/postgres`;
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`CREATE EXTENSION pg_stat_statements`);
    await client.query(`CREATE ROLE ${PROGRAM_ROLE} LOGIN CREATEDB`);
  } finally {
    await client.end();
  }
  return { adminUrl, programUrl: adminUrl.replace(`//${ADMIN}@`, `//${PROGRAM_ROLE}@`) };
}

const DEBIAN = "/usr/lib/postgresql";

async function findBinaries(): Promise<string> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const newest = versions.map(Number).sort((a, b) => b - a)[0];
  if (newest !== undefined) return join(DEBIAN, String(newest), "bin");
  const found = await run("which", ["pg_ctl"]).catch(() => null);
  if (!found) throw new Error("there is no PostgreSQL to start; install the package postgresql");
  return join(found.stdout.trim(), "..");
}
