import type pg from "pg";
import { MINUTE_MS, SECOND_MS } from "../core/base/clock.ts";
import { type DatabaseAddress, parseDatabaseUrl } from "./database-url.ts";

/** Every statement of the repositories takes milliseconds. One that takes this long is stuck. */
const STATEMENT_TIMEOUT_MS = 20 * SECOND_MS;
const LOCK_TIMEOUT_MS = 10 * SECOND_MS;

export interface ConnectionOptions {
  readonly schema?: string | undefined;
  readonly maxConnections?: number | undefined;
  readonly applicationName?: string | undefined;
}

/** The settings of the connections in the repositories' pool. */
export function poolSettings(databaseUrl: string, { schema, maxConnections, applicationName }: ConnectionOptions): pg.PoolConfig {
  return {
    ...clientSettings(databaseUrl, { schema, applicationName }),
    max: maxConnections ?? 10,
    idleTimeoutMillis: 30 * SECOND_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: MINUTE_MS,
    // For a server that vanished without closing the connection. A server that runs applies its own, shorter limit first.
    query_timeout: STATEMENT_TIMEOUT_MS + 5 * SECOND_MS,
  };
}

/** The settings of any connection to the database. */
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

/**
 * Prisma's driver writes and reads times without their offset, so the session is in UTC, whatever the server's default is. Compiling a claim
 * (`jit`) takes a hundred times longer than running it.
 */
function serverOptions({ schema, serverOptions }: DatabaseAddress): string {
  const ours = { TimeZone: "UTC", DateStyle: "ISO", jit: "off", search_path: quoteName(schema) };
  const settings = Object.entries(ours).map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, String.raw`\$&`)}`);
  return [serverOptions, ...settings].join(" ").trim();
}
