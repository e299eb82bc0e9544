import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { QueueConnection } from "./bullmq/queue-connection.ts";
import { type AvailabilityReport, createAvailabilityReport } from "./bullmq/report-unavailable.ts";
import { startWorkers } from "./bullmq/start-workers.ts";
import { createWakeUps } from "./bullmq/wake-ups.ts";
import type { AppConfig, DestinationConfig } from "./config/app-config.ts";
import type { Env } from "./config/env.ts";
import type { Clock } from "./core/base/clock.ts";
import { errorMessage } from "./core/base/error-message.ts";
import type { LoginGate } from "./core/base/login-gate.ts";
import { type Role, WORK_ROLES, type WorkRole } from "./core/base/role.ts";
import type { Emit } from "./core/events/event.ts";
import { findExporter } from "./core/exporters/built-in-exporters.ts";
import type { ObjectStore } from "./core/ports/object-store.ts";
import type { Registry } from "./core/ports/registry.ts";
import { openEmbeddedPostgres } from "./embedded/open-embedded-postgres.ts";
import { hasEmbeddedPostgres } from "./embedded/server-directories.ts";
import { guardLogins } from "./flows/alerts/guard-logins.ts";
import type { Ports } from "./flows/ports/ports.ts";
import { keepHeartbeat } from "./flows/runtime/heartbeat.ts";
import { createRoleLoop } from "./flows/runtime/role-loop.ts";
import { createWork } from "./flows/runtime/work.ts";
import { createRecordCounter } from "./formats/record-counter.ts";
import { systemClock } from "./observability/system-clock.ts";
import { TOOL_VERSION } from "./observability/tool-version.ts";
import { applyMigrations, MigrationRefused } from "./postgres/apply-migrations.ts";
import { BadDatabaseUrl } from "./postgres/database-url.ts";
import { DatabaseUnavailable } from "./postgres/database-unavailable.ts";
import { type Database, openDatabase } from "./postgres/database.ts";
import { createSmartSync } from "./smartsync/create-smartsync.ts";
import { rememberEntities } from "./smartsync/remember-entities.ts";
import { copyResult } from "./storage/copy-result.ts";
import { createFileStore } from "./storage/file/create-file-store.ts";
import { createS3Store } from "./storage/s3/create-s3-store.ts";
import { createStageResult } from "./storage/stage-result.ts";
import { createWebhook } from "./webhook/create-webhook.ts";

/** The composition root: the only file that knows everything. */

/** The migrated database: the one that DATABASE_URL names, or an embedded PostgreSQL. */
export interface Persistence {
  readonly databaseUrl: string;
  readonly database: Database;
  /** The migrations that were applied when it was opened. */
  readonly migrations: readonly string[];
  close(): Promise<void>;
}

export { systemClock } from "./observability/system-clock.ts";
export { digestStream } from "./storage/digest-stream.ts";

class EmbeddedUnavailable extends Error {
  override readonly name = "EmbeddedUnavailable";
}

/** Errors whose messages are written for the person at the terminal: nothing works without the database. */
const UNAVAILABLE = [EmbeddedUnavailable, DatabaseUnavailable, BadDatabaseUrl, MigrationRefused];

export function isUnavailable(error: unknown): error is Error {
  return UNAVAILABLE.some((kind) => error instanceof kind);
}

/** Whether there is a database to open. Without one, `openPersistence` creates the embedded database. */
export async function hasPersistence(env: Env): Promise<boolean> {
  return env.databaseUrl !== null || (await hasEmbeddedPostgres(env.home));
}

export async function openPersistence(env: Env): Promise<Persistence> {
  const given = env.databaseUrl?.reveal();
  if (given) return await openTables(given, async () => undefined);
  const embedded = await openEmbeddedPostgres({ home: env.home, clock: systemClock });
  if (!embedded.ok) throw new EmbeddedUnavailable(embedded.error.message);
  return await openTables(embedded.value.databaseUrl, () => embedded.value.close());
}

async function openTables(databaseUrl: string, closeServer: () => Promise<void>): Promise<Persistence> {
  try {
    const { applied } = await applyMigrations(databaseUrl);
    const database = openDatabase(databaseUrl);
    const close = async () => {
      await database.close();
      await closeServer();
    };
    return { databaseUrl, database, migrations: applied, close };
  } catch (error) {
    await closeServer();
    throw error;
  }
}

export interface App {
  readonly ports: Ports;
  readonly config: AppConfig;
  /** Starts these roles in this process. */
  start(roles: readonly Role[]): Workers;
  close(): Promise<void>;
}

export interface Workers {
  /** Resolves when the work under way has ended, or after `graceMs`. What is cut off continues with the next start. */
  stop(graceMs: number): Promise<void>;
}

export interface AppOptions extends OutsideOptions {
  readonly persistence: Persistence;
  readonly emit: Emit;
  readonly pace?: Pace;
}

/** A clock that runs faster than the machine's. Tests use it to wait less for everything, in proportion. */
export interface Pace {
  readonly clock: Clock;
  readonly speed: number;
}

export async function createApp(env: Env, config: AppConfig, { persistence, emit, pace, ...options }: AppOptions): Promise<App> {
  const { repositories } = persistence.database;
  await repositories.exports.sync(
    [...config.connections.values()].map(({ definition }) => definition),
    [...config.exports.values()],
  );
  const connection = { ...connectionOf(env, persistence.databaseUrl), ...(pace ? { speed: pace.speed } : {}) };
  const report = createAvailabilityReport(emit);
  const wakeUps = createWakeUps(connection, report);
  const clock = pace?.clock ?? systemClock;
  const gatePorts = { repositories, emit, clock };
  const outside = openOutside(config, { ...options, loginGate: (name) => guardLogins(gatePorts, name), emit });
  const ports: Ports = {
    repositories,
    wakeUps,
    emit,
    registry: registryOf(config),
    findSmartSync: outside.findSmartSync,
    findObjectStore: outside.findObjectStore,
    stageResult: createStageResult({ createRecordCounter }),
    copyResult,
    notifier: config.alerts && createWebhook({ url: config.alerts.webhook }),
    clock,
    newId: randomUUID,
    random: Math.random,
    toolVersion: TOOL_VERSION,
  };
  return {
    ports,
    config,
    start: (roles) => startRoles(ports, { connection, report, roles }),
    close: async () => {
      outside.close();
      await wakeUps.close();
    },
  };
}

/** Two installations may share a database, each in a schema of its own: then their queues have names of their own, too. */
function connectionOf(env: Env, databaseUrl: string): QueueConnection {
  const schema = new URL(databaseUrl).searchParams.get("schema");
  return { queueUrl: env.queueUrl?.reveal() ?? null, databaseUrl, ...(schema ? { prefix: `nightferry-${schema}` } : {}) };
}

export interface OutsideOptions {
  /** What stands before the logins of a connection; nothing when it is left out. */
  readonly loginGate?: (connection: string) => LoginGate;
  readonly emit?: Emit;
  /** In place of the SDK's own chain of credentials. */
  readonly s3Credentials?: NonNullable<Parameters<typeof createS3Store>[0]["credentials"]>;
}

/** The clients of WFM and of the object stores. Each is opened when it is first used. */
export function openOutside(
  config: AppConfig,
  options: OutsideOptions = {},
): Pick<Ports, "findSmartSync" | "findObjectStore"> & { close(): void } {
  const clients = lazily((name: string) => {
    const found = config.connections.get(name);
    if (!found) return null;
    const credentials = { reveal: () => ({ userName: found.userName.reveal(), password: found.password.reveal() }) };
    const { url, customerId, locale } = found.definition;
    const client = createSmartSync({
      connection: name,
      url,
      customerId,
      locale,
      credentials,
      clock: systemClock,
      loginGate: options.loginGate?.(name),
      onUnknownStatusWord: (word) => options.emit?.({ event: "status.word-unknown", connection: name, word }),
      ...(found.ca ? { ca: found.ca } : {}),
    });
    return rememberEntities(client, systemClock);
  });
  const objectStores = lazily((name: string) => {
    const found = config.destinations.get(name);
    return found ? createObjectStore(found, options) : null;
  });
  return {
    findSmartSync: clients.find,
    findObjectStore: objectStores.find,
    close: () => {
      for (const opened of [...clients.opened(), ...objectStores.opened()]) opened.close();
    },
  };
}

function lazily<T extends object>(open: (name: string) => T | null) {
  const opened = new Map<string, T>();
  const find = (name: string): T | null => {
    const known = opened.get(name);
    if (known) return known;
    const made = open(name);
    if (made) opened.set(name, made);
    return made;
  };
  return { find, opened: () => [...opened.values()] };
}

function createObjectStore(destination: DestinationConfig, { s3Credentials }: OutsideOptions): ObjectStore {
  if (destination.type === "file") return createFileStore(destination);
  const { partSizeMiB, ...rest } = destination;
  return createS3Store({
    ...rest,
    ...(partSizeMiB ? { partBytes: partSizeMiB * 1024 * 1024 } : {}),
    ...(s3Credentials ? { credentials: s3Credentials } : {}),
  });
}

export function registryOf(config: AppConfig): Registry {
  return {
    exports: () => [...config.exports.values()],
    findExport: (name) => config.exports.get(name) ?? null,
    findExporter: (slug) => findExporter(slug) ?? config.exporters.get(slug) ?? null,
    findConnection: (name) => config.connections.get(name)?.definition ?? null,
  };
}

/** How many units of a role's work one process does at once. Archiving holds a few parts of an upload in memory for each. */
const CONCURRENCY: Readonly<Record<WorkRole, number>> = { schedule: 1, submit: 4, poll: 8, archive: 3, reconcile: 1 };

interface Starting {
  readonly connection: QueueConnection;
  readonly report: AvailabilityReport;
  readonly roles: readonly Role[];
}

function startRoles(ports: Ports, { connection, report, roles }: Starting): Workers {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = createWork(ports);
  const workRoles = WORK_ROLES.filter((role) => roles.includes(role));
  const loops = new Map(
    workRoles.map((role) => [role, createRoleLoop(ports, { role, work: work[role], concurrency: CONCURRENCY[role] })] as const),
  );
  const onFailure = (error: unknown) => ports.emit({ event: "work.failed", role: "heartbeat", detail: errorMessage(error) });
  const heartbeat = keepHeartbeat(ports, { processId: randomUUID(), roles, onFailure }, signal);
  const running = [...loops.values()].map((loop) => loop.run(signal));
  const workers = startWorkers({
    ...connection,
    roles: workRoles,
    concurrency: CONCURRENCY,
    report,
    onWakeUp: async (role, id) => await loops.get(role)?.wake(id),
  });
  return {
    stop: async (graceMs) => {
      stopping.abort();
      const ended = Promise.all([...running, heartbeat]);
      await Promise.all([workers.close(graceMs), Promise.race([ended, delay(graceMs, undefined, { ref: false })])]);
    },
  };
}
