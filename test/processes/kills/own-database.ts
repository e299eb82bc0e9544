import { randomBytes } from "node:crypto";
import { Client } from "pg";

export interface OwnDatabase {
  /** With a schema, whose name sets its queues in a shared Redis apart, too. */
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** A database of its own on a server: everything is in it, BullMQ's schema too, and goes with it. */
export async function createOwnDatabase(serverUrl: string): Promise<OwnDatabase> {
  const name = `nightferry_kills_${randomBytes(5).toString("hex")}`;
  await execute(serverUrl, `CREATE DATABASE "${name}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  url.searchParams.set("schema", name);
  return { url: url.href, name, drop: () => execute(serverUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) };
}

async function execute(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
