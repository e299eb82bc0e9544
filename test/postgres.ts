import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { applyMigrations } from "../src/postgres/apply-migrations.ts";

export interface TestDatabase {
  /** With `?schema=`: whatever opens it stays inside its own schema. */
  readonly url: string;
  readonly schema: string;
  drop(): Promise<void>;
}

/** A schema of its own on the run's PostgreSQL; with the tables in it, unless `empty`. */
export async function openTestDatabase({ empty = false }: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  const server = testDatabaseUrl();
  const schema = `test_${randomBytes(6).toString("hex")}`;
  const url = new URL(server);
  url.searchParams.set("schema", schema);
  if (!empty) await applyMigrations(url.toString());
  return { url: url.toString(), schema, drop: () => dropSchema(server, schema) };
}

/** The run's PostgreSQL: the one that global-setup.ts provides, or that of `TEST_DATABASE_URL`. */
function testDatabaseUrl(): string {
  const url: string | undefined = inject("databaseUrl") ?? process.env["TEST_DATABASE_URL"];
  if (url === undefined) throw new Error("no PostgreSQL to test with: global-setup.ts provides one, or set TEST_DATABASE_URL");
  return url;
}

async function dropSchema(server: string, schema: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
  } finally {
    await client.end();
  }
}
