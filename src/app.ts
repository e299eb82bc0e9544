import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { startWorkers } from "./bullmq/start-workers.ts";
import { createMessageQueue } from "./bullmq/message-queue.ts";
import { QueueUnavailable } from "./bullmq/queue-connection.ts";
import type { AppConfig, DestinationConfig } from "./config/app-config.ts";
import type { Env } from "./config/env.ts";
import type { Catalog } from "./core/catalog.ts";
import type { Clock } from "./core/clock.ts";
import { findExporter } from "./core/exporter-catalog.ts";
import type { CanaryPlan } from "./core/consumer-silence.ts";
import type { Emit } from "./core/event.ts";
import type { LoginGate } from "./core/login-gate.ts";
import type { QueueName } from "./core/message.ts";
import type { ObjectStore } from "./core/object-store.ts";
import type { Role } from "./core/role.ts";
import { openEmbeddedPostgres } from "./embedded/open-embedded-postgres.ts";
import { guardLogins } from "./flows/guard-logins.ts";
import { deliverByHand } from "./flows/deliver-by-hand.ts";
import { createHandlers } from "./flows/handlers.ts";
import { keepBeating } from "./flows/keep-beating.ts";
import type { Ports } from "./flows/ports.ts";
import { watchConsumers } from "./flows/watch-consumers.ts";
import { createRecordCounter } from "./formats/record-counter.ts";
import { systemClock } from "./observability/system-clock.ts";
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

/** The composition root: the only place that knows everything. */

export const TOOL_VERSION = readVersion();

/** The tables, brought up to date; they live in an embedded PostgreSQL when no other is named. */
export interface Truth {
  readonly databaseUrl: string;
  readonly database: Database;
  /** The migrations that opening it applied. */
  readonly migrations: readonly string[];
  close(): Promise<void>;
}

export { systemClock } from "./observability/system-clock.ts";
export { digestStream } from "./storage/digest-stream.ts";

class EmbeddedUnavailable extends Error {
  override readonly name = "EmbeddedUnavailable";
}

/** What nothing works without; the messages of these are written for the person at the terminal. */
const UNAVAILABLE = [EmbeddedUnavailable, DatabaseUnavailable, BadDatabaseUrl, MigrationRefused, QueueUnavailable];

export function isUnavailable(error: unknown): error is Error {
  return UNAVAILABLE.some((kind) => error instanceof kind);
}

export async function openTruth(env: Env): Promise<Truth> {
  const given = env.databaseUrl?.reveal();
  if (given) return await openTables(given, async () => undefined);
  const embedded = await openEmbeddedPostgres({ home: env.home, clock: systemClock });
  if (!embedded.ok) throw new EmbeddedUnavailable(embedded.error.message);
  return await openTables(embedded.value.databaseUrl, () => embedded.value.close());
}

async function openTables(databaseUrl: string, closeServer: () => Promise<void>): Promise<Truth> {
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
  /** Starts workers for these roles in this process. */
  start(roles: readonly Role[]): Promise<Workers>;
  close(): Promise<void>;
}

export interface Workers {
  /** Resolves with the queue that these workers no longer hear, though it takes messages: then the process has to end. */
  readonly silenced: Promise<QueueName>;
  /** For how long each queue has been silent, in milliseconds. */
  silences(): ReadonlyMap<QueueName, number>;
  /** Resolves when the workers have put down what they had in hand, at the latest after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export interface AppOptions extends OutsideOptions {
  readonly truth: Truth;
  readonly emit: Emit;
  readonly pace?: Pace;
  readonly canaryPlan?: CanaryPlan | undefined;
}

/** A clock that runs so many times faster than the machine's: with it, tests wait less for what is waited for, all in proportion. */
export interface Pace {
  readonly clock: Clock;
  readonly speed: number;
}

export async function createApp(env: Env, config: AppConfig, { truth, emit, pace, canaryPlan, ...options }: AppOptions): Promise<App> {
  const { stores } = truth.database;
  await stores.exports.sync(
    [...config.connections.values()].map(({ definition }) => definition),
    [...config.exports.values()],
  );
  const connection = { ...connectionOf(env, truth.databaseUrl), ...(pace ? { speed: pace.speed } : {}) };
  const queue = createMessageQueue(connection);
  const clock = pace?.clock ?? systemClock;
  const gatePorts = { stores, emit, clock };
  const outside = openOutside(config, { ...options, loginGate: (name) => guardLogins(gatePorts, name), emit });
  const ports: Ports = {
    stores,
    queue,
    emit,
    catalog: catalogOf(config),
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
    start: (roles) => startRoles(ports, { connection, roles, canaryPlan }),
    close: async () => {
      outside.close();
      await queue.close();
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

/** The doors to WFM and to the object stores; each is opened when it is first used. */
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

function catalogOf(config: AppConfig): Catalog {
  return {
    exports: () => [...config.exports.values()],
    findExport: (name) => config.exports.get(name) ?? null,
    findExporter: (slug) => findExporter(slug) ?? config.exporters.get(slug) ?? null,
    findConnection: (name) => config.connections.get(name)?.definition ?? null,
  };
}

const QUEUE_OF: Readonly<Record<Exclude<Role, "http">, QueueName>> = {
  scheduler: "schedule",
  submit: "submit",
  watch: "watch",
  archive: "archive",
  maintain: "maintain",
};

/** How many messages of a queue one process works on at once. Archiving holds a few parts of an object in memory for each. */
const CONCURRENCY: Readonly<Record<QueueName, number>> = { schedule: 1, submit: 4, watch: 8, archive: 3, maintain: 1 };

type QueueConnection = Parameters<typeof createMessageQueue>[0];

interface Starting {
  readonly connection: QueueConnection;
  readonly roles: readonly Role[];
  readonly canaryPlan: CanaryPlan | undefined;
}

async function startRoles(ports: Ports, { connection, roles, canaryPlan }: Starting): Promise<Workers> {
  const onFailure = (queue: string, error: unknown) =>
    ports.emit({ event: "message.failed", queue, detail: error instanceof Error ? error.message : String(error) });
  const queues = new Set(roles.flatMap((role) => (role === "http" ? [] : [QUEUE_OF[role]])));
  const handlers = Object.fromEntries(Object.entries(createHandlers(ports)).filter(([queue]) => queues.has(queue as QueueName)));
  const processId = randomUUID();
  const watch = watchConsumers(ports, { processId, handlers, places: CONCURRENCY, plan: canaryPlan });
  const workers = await startWorkers({ ...connection, handlers: watch.handlers, concurrency: CONCURRENCY, onFailure });
  const stopping = new AbortController();
  const pulse = {
    processId,
    roles,
    onFailure: (error: unknown) => onFailure("beat", error),
    withoutQueue: (signal: AbortSignal) => deliverByHand(ports, signal),
  };
  const beating = keepBeating(ports, pulse, stopping.signal);
  const listening = watch.run(stopping.signal);
  return {
    silences: () => watch.silences(),
    silenced: new Promise((resolve) => void listening.then((queue) => queue && resolve(queue))),
    stop: async (graceMs) => {
      stopping.abort();
      await Promise.all([workers.close(graceMs), beating, listening]);
    },
  };
}

function readVersion(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (typeof parsed === "object" && parsed !== null && "version" in parsed) return String(parsed.version);
    } catch {
      continue;
    }
  }
  return "unknown";
}
