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

import { SECOND_MS } from "../core/clock.ts";

const SCHEMA = "bullmq";
const CONNECT_TIMEOUT_MS = 5 * SECOND_MS;
const QUERY_TIMEOUT_MS = 30 * SECOND_MS;
const RETRY_MS = SECOND_MS;

export interface PostgresPoolOptions {
  readonly databaseUrl: string;
  readonly maxConnections: number;
  /** Given, a connection is waited for until the signal aborts; otherwise a server that does not answer is an error at once. */
  readonly waitUntil?: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/**
 * The pool that all of a process's queues share. It makes BullMQ's schema where there is none, also where it vanished
 * meanwhile, and can wait for a server: BullMQ itself remembers a first failure for ever.
 */
export function createPostgresPool(options: PostgresPoolOptions): PgPool {
  // BullMQ's description of node-postgres and node-postgres's own differ in words only.
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
  // The pool listens only to idle connections; an error of one in use reaches its query, and must not end the process as well.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return {
    connect: () => (options.waitUntil ? insist(connectNow, options.waitUntil, options.onError) : connectNow()),
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

/** PostgreSQL's codes for a schema, a table and a function that do not exist. */
const MISSING: ReadonlySet<unknown> = new Set(["3F000", "42P01", "42883"]);

function isSchemaMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && MISSING.has(error.code);
}

async function insist<T>(attempt: () => Promise<T>, signal: AbortSignal, onError: (error: unknown) => void): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw error;
      onError(error);
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}
