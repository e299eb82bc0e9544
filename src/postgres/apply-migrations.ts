import { randomUUID } from "node:crypto";
import { Client, DatabaseError } from "pg";
import { MINUTE_MS } from "../core/base/clock.ts";
import { clientSettings, quoteName } from "./connection-settings.ts";
import { translateDatabaseError } from "./database-unavailable.ts";
import { describeDatabase, parseDatabaseUrl } from "./database-url.ts";
import { type MigrationFile, findMigrationsDirectory, readMigrations } from "./migration-files.ts";

/** The database does not match this program, or a migration failed. Every migration was applied completely or not at all. */
export class MigrationRefused extends Error {
  override readonly name = "MigrationRefused";
  readonly code = "MIGRATION_REFUSED";
}

export interface MigrationOptions {
  readonly schema?: string;
  /** Where the migrations are; by default those that come with this program. */
  readonly directory?: string;
}

/** The lock of `prisma migrate`, so that the two never run at the same time. */
const PRISMA_LOCK = 72_707_369;
const LOCK_TIMEOUT_MS = MINUTE_MS;
/** PostgreSQL's code for a lock that was not acquired in time. */
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Brings the database up to date. Applies every missing migration in order, each in its own transaction. Any number of processes may call
 * it at once. It writes `_prisma_migrations` as Prisma does, so that `prisma migrate deploy` finds nothing to do afterwards.
 */
export async function applyMigrations(
  databaseUrl: string,
  options: MigrationOptions = {},
): Promise<{ readonly applied: readonly string[] }> {
  const { schema } = parseDatabaseUrl(databaseUrl, options.schema);
  const migrations = await readMigrations(options.directory ?? findMigrationsDirectory());
  const client = new Client(clientSettings(databaseUrl, { schema: options.schema, applicationName: `nightferry migrate ${schema}` }));
  // A broken connection rejects the running query. Without a listener it would end the process as well.
  client.on("error", () => {});
  try {
    await client.connect();
    const database = describeDatabase(databaseUrl);
    await acquireLock(client, database);
    return { applied: await applyPending(client, { schema, migrations, database }) };
  } catch (error) {
    throw error instanceof MigrationRefused ? error : translateDatabaseError(databaseUrl, error);
  } finally {
    // The end of the session releases the lock.
    await client.end().catch(() => {});
  }
}

async function acquireLock(client: Client, database: string): Promise<void> {
  try {
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_LOCK]);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    throw new MigrationRefused(`another process has been migrating ${database} for a minute; find out what it waits for, and start again`, {
      cause: error,
    });
  }
}

interface Target {
  readonly schema: string;
  readonly migrations: readonly MigrationFile[];
  readonly database: string;
}

async function applyPending(client: Client, target: Target): Promise<string[]> {
  await prepare(client, target.schema);
  const known = await readApplied(client);
  refuseUnknownHistory(known, target);
  const done = new Set(known.map((row) => row.name));
  const applied: string[] = [];
  for (const migration of target.migrations.filter(({ name }) => !done.has(name))) {
    await applyOne(client, migration, target.database);
    applied.push(migration.name);
  }
  return applied;
}

/** The schema is created only if it is missing, because not every login may create one. The table is exactly Prisma's own. */
async function prepare(client: Client, schema: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_namespace WHERE nspname = $1", [schema]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA ${quoteName(schema)}`);
  await client.query(`SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS ${quoteName(schema)}._prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`);
}

interface AppliedRow {
  readonly name: string;
  readonly checksum: string;
  readonly isFinished: boolean;
}

async function readApplied(client: Client): Promise<AppliedRow[]> {
  const { rows } = await client.query<AppliedRow>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
  );
  return rows;
}

function refuseUnknownHistory(known: readonly AppliedRow[], { migrations, database }: Target): void {
  const files = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, isFinished } of known) {
    const file = files.get(name);
    if (!isFinished) {
      throw new MigrationRefused(`migration ${name} was started in ${database} and never finished; repair it with prisma migrate resolve`);
    }
    if (!file) {
      throw new MigrationRefused(
        `the database ${database} has migration ${name}, which this version of nightferry does not know; run the newer version`,
      );
    }
    if (file.checksum !== checksum) {
      throw new MigrationRefused(
        `migration ${name} was changed after it was applied to ${database}; restore its file, and write the change into a new migration`,
      );
    }
  }
}

async function applyOne(client: Client, { name, sql, checksum }: MigrationFile, database: string): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await client.query("ROLLBACK");
    throw new MigrationRefused(`migration ${name} failed in ${database} and was rolled back: ${error.message}`, { cause: error });
  }
}
