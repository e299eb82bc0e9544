import { setTimeout as delay } from "node:timers/promises";

import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  type PgPool,
  type PgPoolClient,
  type PgQueryable,
  type PgQueryResult,
  runMigrations,
  SchemaMigrationRequiredError,
} from "bullmq";
import { Pool } from "pg";

import { SECOND_MS } from "../core/base/clock.ts";

const SCHEMA = "bullmq";
const CONNECT_TIMEOUT_MS = 5 * SECOND_MS;
const QUERY_TIMEOUT_MS = 30 * SECOND_MS;
const RETRY_MS = SECOND_MS;

export interface PostgresPoolOptions {
  readonly databaseUrl: string;
  readonly maxConnections: number;
  /** With it, the pool waits for the server until the signal aborts. Without it, a server that does not answer is an error at once. */
  readonly waitUntil?: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/**
 * The pool that all queues of a process share. It creates BullMQ's schema if it is missing, also if it was dropped in the meantime, and
 * can wait for a server. BullMQ itself remembers a first failure forever.
 */
export function createPostgresPool(options: PostgresPoolOptions): PgPool {
  // BullMQ's types of node-postgres and node-postgres's own differ only in their wording.
  const pool = new Pool({
    connectionString: withSearchPath(options.databaseUrl),
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
  }) as unknown as PgPool;
  let schemaReady: Promise<void> | null = null;
  const ensureSchema = (): Promise<void> => {
    schemaReady ??= prepareSchema(pool).catch((error: unknown) => {
      schemaReady = null;
      throw error;
    });
    return schemaReady;
  };
  const connectNow = async (): Promise<PgPoolClient> => {
    await ensureSchema();
    return pool.connect();
  };
  const query = async <R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> => {
    await ensureSchema();
    try {
      return await pool.query<R>(text, params);
    } catch (error) {
      if (!isSchemaMissing(error)) throw error;
      schemaReady = null;
      await ensureSchema();
      return await pool.query<R>(text, params);
    }
  };
  pool.on("error", options.onError);
  // The pool listens only to idle connections. The error of a connection in use reaches its query, and must not end the process as well.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return {
    connect: () => (options.waitUntil ? connectPatiently(connectNow, options.waitUntil, options.onError) : connectNow()),
    query,
    end: () => pool.end(),
    on: pool.on.bind<PgPool["on"]>(pool),
    removeAllListeners: pool.removeAllListeners.bind(pool),
  };
}

/** BullMQ's statements name no schema. */
function withSearchPath(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get("options");
  url.searchParams.set("options", `${given === null ? "" : `${given} `}-c search_path=${SCHEMA}`);
  return url.href;
}

async function prepareSchema(pool: PgPool): Promise<void> {
  const client = await pool.connect();
  try {
    if ((await versionOf(client)) < LATEST_SCHEMA_VERSION) await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }
}

async function versionOf(client: PgQueryable): Promise<number> {
  try {
    return await assertSchemaCompatibility(client, SCHEMA);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError || isSchemaMissing(error)) return 0;
    throw error;
  }
}

/** PostgreSQL's codes for a missing schema, table and function. */
const MISSING: ReadonlySet<unknown> = new Set(["3F000", "42P01", "42883"]);

function isSchemaMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && MISSING.has(error.code);
}

async function connectPatiently<T>(connect: () => Promise<T>, signal: AbortSignal, onError: (error: unknown) => void): Promise<T> {
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      if (signal.aborted) throw error;
      onError(error);
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}
