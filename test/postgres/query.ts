import { Client, type QueryResultRow } from "pg";
import { clientSettings } from "../../src/postgres/connection-settings.ts";

/** Executes a statement on a new connection, in the schema that the URL names. */
export async function query<R extends QueryResultRow>(databaseUrl: string, sql: string, values: readonly unknown[] = []): Promise<R[]> {
  const client = new Client(clientSettings(databaseUrl, {}));
  await client.connect();
  try {
    return (await client.query<R>(sql, values.length === 0 ? undefined : [...values])).rows;
  } finally {
    await client.end();
  }
}
