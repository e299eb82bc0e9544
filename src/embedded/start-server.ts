import { type ChildProcess, spawn } from "node:child_process";
import { constants, open, readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";

import { type Clock, MINUTE_MS } from "../core/base/clock.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";
import { findPostmaster } from "./postmaster.ts";
import { lastLines, SERVER_ENVIRONMENT } from "./run-program.ts";
import { connectTo, isRefusal, type ServerAddress } from "./server-address.ts";
import type { ServerAccount } from "./server-account.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import type { ServerDirectories } from "./server-directories.ts";

export interface StartOptions {
  readonly directories: ServerDirectories;
  readonly binaries: ServerBinaries;
  readonly account: ServerAccount | null;
  readonly password: string;
  readonly clock: Clock;
}

export interface RunningServer {
  readonly address: ServerAddress;
  /** `false`: it was already running. */
  readonly started: boolean;
}

/** Long enough for crash recovery. */
const START_TIMEOUT_MS = 2 * MINUTE_MS;
const POLL_MS = 25;
const MAX_LOG_BYTES = 10 * 1024 * 1024;

/** Starts the server of the data directory unless it is running. Call this under the lock of the home. */
export async function ensureServer(options: StartOptions): Promise<Result<RunningServer, EmbeddedFailure>> {
  const giveUpAt = options.clock.now().getTime() + START_TIMEOUT_MS;
  let started = false;
  let child: ChildProcess | null = null;
  let detail = "no answer within two minutes";
  // Another program may take the free port before the server binds it, so the server is started several times if necessary.
  for (let starts = 0; options.clock.now().getTime() < giveUpAt; await options.clock.sleep(POLL_MS)) {
    const postmaster = await findPostmaster(options.directories.data);
    if (postmaster === null && (child === null || hasEnded(child))) {
      if (starts === MAX_STARTS)
        return err({ reason: "cannot-start", log: options.directories.log, detail: await tailOf(options.directories.log) });
      child = await spawnServer(options);
      started = true;
      starts += 1;
    }
    if (postmaster === null || postmaster.port === null) continue;
    const address = { port: postmaster.port, password: options.password };
    try {
      await (await connectTo(address, "postgres", "nightferry start")).end();
      return ok({ address, started });
    } catch (error) {
      detail = String(error);
      if (isRefusal(error)) break;
    }
  }
  return err({ reason: "cannot-start", log: options.directories.log, detail });
}

const MAX_STARTS = 3;

/** Runs the server in a session of its own, so that Ctrl-C in our terminal does not reach it. */
async function spawnServer(options: StartOptions): Promise<ChildProcess> {
  const { directories, account } = options;
  const size = await stat(directories.log).then(
    (log) => log.size,
    () => 0,
  );
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  // O_NOFOLLOW: as root we must not follow a symbolic link, because the directory belongs to another account.
  const flags = O_WRONLY | O_CREAT | O_NOFOLLOW | (size > MAX_LOG_BYTES ? O_TRUNC | O_APPEND : O_APPEND);
  const log = await open(directories.log, flags, 0o600);
  try {
    const child = spawn(options.binaries.postgres, serverArguments(directories.data, await findFreePort()), {
      ...account,
      cwd: directories.server,
      env: SERVER_ENVIRONMENT,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.on("error", () => undefined);
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

function serverArguments(data: string, port: number): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    shared_buffers: "32MB",
    max_connections: "100",
    log_checkpoints: "off",
    timezone: "UTC",
    log_timezone: "UTC",
  };
  return ["-D", data, "-p", String(port), ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}

async function tailOf(log: string): Promise<string> {
  return lastLines((await readFile(log, "utf8").catch(() => "")).trim());
}
