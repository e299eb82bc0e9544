import { Client, DatabaseError } from "pg";

import { SUPERUSER } from "./initialize-data.ts";

export const DATABASE = "nightferry";

/** Where a server listens, on loopback only, and how to be let in. */
export interface ServerAddress {
  readonly port: number;
  readonly password: string;
}

export function toDatabaseUrl(address: ServerAddress): string {
  return `postgresql://${SUPERUSER}:${address.password}@127.0.0.1:${address.port}/${DATABASE}`;
}

const CONNECT_TIMEOUT_MS = 5000;

/** Throws what `pg` throws. */
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
  // A server that goes away ends the connection; who uses the client learns it there.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

const STARTING_OR_STOPPING = "57P03";
const TOO_MANY_CONNECTIONS = "53300";

/** The server is there, and trying again will not make it let us in. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== STARTING_OR_STOPPING && error.code !== TOO_MANY_CONNECTIONS;
}
