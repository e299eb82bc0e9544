import { type ChildProcess, spawn } from "node:child_process";
import { constants, open, readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";

import { type Clock, MINUTE_MS } from "../core/clock.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";
import { findPostmaster } from "./postmaster.ts";
import { lastLines, SERVER_ENVIRONMENT } from "./run-program.ts";
import { connectTo, isRefusal, type ServerAddress } from "./server-address.ts";
import type { ServerAccount } from "./server-account.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import type { ServerFolders } from "./server-folders.ts";

export interface StartOptions {
  readonly folders: ServerFolders;
  readonly binaries: ServerBinaries;
  readonly account: ServerAccount | null;
  readonly password: string;
  readonly clock: Clock;
}

export interface RunningServer {
  readonly address: ServerAddress;
  /** `false` when it was running already. */
  readonly started: boolean;
}

/** Long enough for a recovery after a crash. */
const PATIENCE_MS = 2 * MINUTE_MS;
const POLL_MS = 25;
const MAX_LOG_BYTES = 10 * 1024 * 1024;

/** The server of a data folder, started when none lives. Call it under the home's lock. */
export async function ensureServer(options: StartOptions): Promise<Result<RunningServer, EmbeddedFailure>> {
  const giveUpAt = options.clock.now().getTime() + PATIENCE_MS;
  let started = false;
  let child: ChildProcess | null = null;
  let detail = "no answer in time";
  // A free port can be lost to another program before the server has it, so an end of the server is not final at once.
  for (let starts = 0; options.clock.now().getTime() < giveUpAt; await options.clock.sleep(POLL_MS)) {
    const postmaster = await findPostmaster(options.folders.data);
    if (postmaster === null && (child === null || hasEnded(child))) {
      if (starts === MAX_STARTS)
        return err({ reason: "cannot-start", log: options.folders.log, detail: await tailOf(options.folders.log) });
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
  return err({ reason: "cannot-start", log: options.folders.log, detail });
}

const MAX_STARTS = 3;

/** In a session of its own: Ctrl-C in our terminal is not for it. */
async function spawnServer(options: StartOptions): Promise<ChildProcess> {
  const { folders, account } = options;
  const size = await stat(folders.log).then(
    (log) => log.size,
    () => 0,
  );
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  // Where we are root, the folder is another account's, whose links we do not follow.
  const flags = O_WRONLY | O_CREAT | O_NOFOLLOW | (size > MAX_LOG_BYTES ? O_TRUNC | O_APPEND : O_APPEND);
  const log = await open(folders.log, flags, 0o600);
  try {
    const child = spawn(options.binaries.postgres, serverArguments(folders.data, await findFreePort()), {
      ...account,
      cwd: folders.server,
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
