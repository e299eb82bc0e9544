import type pg from "pg";
import { MINUTE_MS, SECOND_MS } from "../core/clock.ts";
import { type DatabaseAddress, parseDatabaseUrl } from "./database-url.ts";

/** Every statement of the stores takes milliseconds; one that takes this long is stuck. */
const STATEMENT_TIMEOUT_MS = 20 * SECOND_MS;
const LOCK_TIMEOUT_MS = 10 * SECOND_MS;

export interface ConnectionOptions {
  readonly schema?: string | undefined;
  readonly maxConnections?: number | undefined;
  readonly applicationName?: string | undefined;
}

/** What every connection of the stores' pool is opened with. */
export function poolSettings(databaseUrl: string, { schema, maxConnections, applicationName }: ConnectionOptions): pg.PoolConfig {
  return {
    ...clientSettings(databaseUrl, { schema, applicationName }),
    max: maxConnections ?? 10,
    idleTimeoutMillis: 30 * SECOND_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: MINUTE_MS,
    // For a server that vanished without a word: the server's own limits come first wherever it still lives.
    query_timeout: STATEMENT_TIMEOUT_MS + 5 * SECOND_MS,
  };
}

/** What any connection to the database is opened with. */
export function clientSettings(databaseUrl: string, { schema, applicationName }: ConnectionOptions): pg.ClientConfig {
  const address = parseDatabaseUrl(databaseUrl, schema);
  return {
    connectionString: address.connectionString,
    application_name: applicationName ?? "nightferry",
    options: serverOptions(address),
    connectionTimeoutMillis: 5 * SECOND_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10 * SECOND_MS,
  };
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Prisma's driver writes and reads times without their offset, so the session has to be in UTC whatever the server's default is. */
function serverOptions({ schema, serverOptions }: DatabaseAddress): string {
  const ours = { TimeZone: "UTC", DateStyle: "ISO", search_path: quoteName(schema) };
  const settings = Object.entries(ours).map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, String.raw`\$&`)}`);
  return [serverOptions, ...settings].join(" ").trim();
}
