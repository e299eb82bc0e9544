import type { Client } from "pg";

import type { Clock } from "../core/base/clock.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import { type DescribedFailure, describeEmbeddedFailure, type EmbeddedFailure, toEmbeddedFailure } from "./embedded-failure.ts";
import { withHomeLock } from "./home-lock.ts";
import { initializeData } from "./initialize-data.ts";
import { findServerAccount } from "./server-account.ts";
import { connectTo, DATABASE, type ServerAddress, toDatabaseUrl } from "./server-address.ts";
import { installBinaries } from "./server-binaries.ts";
import { createHomeDirectory, createServerDirectories, readOrCreatePassword } from "./server-directories.ts";
import { ensureServer, type StartOptions } from "./start-server.ts";
import { PRESENCE, stopUnlessUsed } from "./stop-server.ts";

export interface EmbeddedOptions {
  /** NIGHTFERRY_HOME. It contains the database, or the path of its directory. */
  readonly home: string;
  readonly clock: Clock;
  readonly log?: (line: string) => void;
}

/** An embedded PostgreSQL. It runs as long as at least one process uses it. */
export interface EmbeddedPostgres {
  /** Contains the password, so it must not be logged. */
  readonly databaseUrl: string;
  /** `false`: another process started it. */
  readonly started: boolean;
  /** Stops the server unless another process uses it. Close your own connections first. */
  close(): Promise<void>;
}

interface Opened {
  readonly options: StartOptions;
  readonly address: ServerAddress;
  readonly presence: Client;
  readonly started: boolean;
}

/** Attaches to the server of the home. Creates and starts it if necessary. */
export async function openEmbeddedPostgres(options: EmbeddedOptions): Promise<Result<EmbeddedPostgres, DescribedFailure>> {
  const opened = await open(options);
  return opened.ok ? ok(toHandle(opened.value, options)) : err({ ...opened.error, message: describeEmbeddedFailure(opened.error) });
}

async function open(options: EmbeddedOptions): Promise<Result<Opened, EmbeddedFailure>> {
  try {
    const directory = await createHomeDirectory(options.home);
    const locked = await withHomeLock(directory, () => attachOrStart(options));
    return locked.ok ? locked.value : locked;
  } catch (error) {
    const failure = toEmbeddedFailure(error, options.home);
    if (failure === null) throw error;
    return err(failure);
  }
}

async function attachOrStart({ home, clock }: EmbeddedOptions): Promise<Result<Opened, EmbeddedFailure>> {
  const account = await findServerAccount();
  const directories = await createServerDirectories(home, account);
  if (!directories.ok) return directories;
  const binaries = await installBinaries({ into: directories.value.binaries, forOthers: account !== null });
  if (!binaries.ok) return binaries;
  const password = await readOrCreatePassword(directories.value.inHome);
  const initialized = await initializeData(directories.value, binaries.value, account, password);
  if (!initialized.ok) return initialized;
  const start = { directories: directories.value, binaries: binaries.value, account, password, clock };
  const server = await ensureServer(start);
  if (!server.ok) return server;
  const { address, started } = server.value;
  await createDatabase(address);
  return ok({ options: start, address, started, presence: await connectTo(address, DATABASE, PRESENCE) });
}

async function createDatabase(address: ServerAddress): Promise<void> {
  const client = await connectTo(address, "postgres", "nightferry start");
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function toHandle(opened: Opened, { log = () => undefined }: EmbeddedOptions): EmbeddedPostgres {
  const { options, address, presence, started } = opened;
  log(`embedded PostgreSQL ${started ? "started" : "attached to"} on 127.0.0.1:${address.port}, data in ${options.directories.data}`);
  const leave = async (): Promise<void> => {
    await presence.end().catch(() => undefined);
    const left = await withHomeLock(options.directories.inHome, () => stopUnlessUsed(options, address));
    log(`embedded PostgreSQL on 127.0.0.1:${address.port}: ${left.ok ? left.value : "left running, because its home is locked"}`);
  };
  let leaving: Promise<void> | null = null;
  return { databaseUrl: toDatabaseUrl(address), started, close: () => (leaving ??= leave()) };
}
