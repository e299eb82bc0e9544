import { Client } from "pg";

/** `DATABASE_URL` is not the URL of a PostgreSQL database. The message does not repeat it, because it may contain a password. */
export class BadDatabaseUrl extends Error {
  override readonly name = "BadDatabaseUrl";
  readonly code = "BAD_DATABASE_URL";

  constructor() {
    super("DATABASE_URL is not the URL of a PostgreSQL database; write it as postgresql://user:password@host:port/database");
  }
}

/** The parts of a database URL. The driver does not know Prisma's `schema` parameter, and `options` are sent together with ours. */
export interface DatabaseAddress {
  readonly connectionString: string;
  readonly schema: string;
  /** The server settings in the URL, as `-c name=value`. */
  readonly serverOptions: string;
}

export function parseDatabaseUrl(databaseUrl: string, schema?: string): DatabaseAddress {
  const url = parseUrl(databaseUrl);
  const parameters = url.searchParams;
  const address = {
    schema: schema ?? (parameters.get("schema") || "public"),
    serverOptions: parameters.get("options") ?? "",
  };
  parameters.delete("schema");
  parameters.delete("options");
  return { ...address, connectionString: url.toString() };
}

/** `host:port/database`, for people: no user, no password, no parameters. */
export function describeDatabase(databaseUrl: string): string {
  const { host, port, database } = new Client({ connectionString: parseDatabaseUrl(databaseUrl).connectionString });
  return `${host}:${port}/${database ?? ""}`;
}

function parseUrl(databaseUrl: string): URL {
  let url: URL;
  try {
    url = new URL(databaseUrl);
  } catch {
    // The cause would repeat the URL, including the password.
    throw new BadDatabaseUrl();
  }
  if (url.protocol !== "postgresql:" && url.protocol !== "postgres:") throw new BadDatabaseUrl();
  return url;
}
