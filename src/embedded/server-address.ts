import { Client, DatabaseError } from "pg";

import { SUPERUSER } from "./initialize-data.ts";

export const DATABASE = "nightferry";

/** The port of a server, which listens on loopback only, and its password. */
export interface ServerAddress {
  readonly port: number;
  readonly password: string;
}

export function toDatabaseUrl(address: ServerAddress): string {
  return `postgresql://${SUPERUSER}:${address.password}@127.0.0.1:${address.port}/${DATABASE}`;
}

const CONNECT_TIMEOUT_MS = 5000;

/** Throws the errors of `pg`. */
export async function connectTo(address: ServerAddress, database: string, applicationName: string): Promise<Client> {
  const client = new Client({
    host: "127.0.0.1",
    port: address.port,
    user: SUPERUSER,
    password: address.password,
    database,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // When the server stops, the next query of the client fails. Without a listener, this event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

const STARTING_OR_STOPPING = "57P03";
const TOO_MANY_CONNECTIONS = "53300";

/** The server is running and rejects the connection in a way that a retry does not change. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== STARTING_OR_STOPPING && error.code !== TOO_MANY_CONNECTIONS;
}
