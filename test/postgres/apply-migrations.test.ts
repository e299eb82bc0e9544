import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { applyMigrations } from "../../src/postgres/apply-migrations.ts";
import { findMigrationsDirectory, readMigrations } from "../../src/postgres/migration-files.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { query } from "./query.ts";
import { deployWithPrisma } from "./schema-engine.ts";

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await openTestDatabase({ empty: true });
  directory = await mkdtemp(join(tmpdir(), "nightferry-migrations-"));
  await cp(findMigrationsDirectory(), directory, { recursive: true });
});

afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name));
  await writeFile(join(directory, name, "migration.sql"), sql);
}

/** Resolves when so many connections of this test wait for the lock of migrations. */
async function untilWaiting(count: number): Promise<void> {
  for (;;) {
    const waiting = await query(
      database.url,
      "SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND NOT granted AND application_name = $1",
      [`nightferry migrate ${database.schema}`],
    );
    if (waiting.length >= count) return;
  }
}

async function tables(): Promise<string[]> {
  const rows = await query<{ name: string }>(
    database.url,
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1",
    [database.schema],
  );
  return rows.map(({ name }) => name).sort();
}

it("applies the missing migrations, and none the next time", async () => {
  const names = (await readMigrations(findMigrationsDirectory())).map(({ name }) => name);
  expect(await applyMigrations(database.url)).toEqual({ applied: names });
  expect(await applyMigrations(database.url)).toEqual({ applied: [] });
  expect(await tables()).toEqual([
    "_prisma_migrations",
    "alerts",
    "artifacts",
    "circuit_breakers",
    "connections",
    "exports",
    "job_transitions",
    "jobs",
    "orphans",
    "processes",
    "reconcile_passes",
    "runs",
  ]);
});

it("keeps the rows of earlier migrations when it applies a later one", async () => {
  await applyMigrations(database.url, { directory });
  await query(database.url, "INSERT INTO connections VALUES ('acme', 'https://wfm', 1, 'en_US', 'UTC', 4)");
  await addMigration("20991231000000_later", "CREATE TABLE later (id INT); CREATE TABLE later_still (id INT);");
  expect(await applyMigrations(database.url, { directory })).toEqual({ applied: ["20991231000000_later"] });
  expect(await tables()).toEqual(expect.arrayContaining(["later", "later_still"]));
  expect(await query(database.url, "SELECT name FROM connections")).toEqual([{ name: "acme" }]);
});

it("lets one of five callers apply the migrations, and the others find nothing to do", async () => {
  const lock = new Client({ connectionString: database.url });
  await lock.connect();
  await lock.query("SELECT pg_advisory_lock(72707369)");
  const calls = Promise.all(Array.from({ length: 5 }, () => applyMigrations(database.url, { directory })));
  await Promise.race([calls, untilWaiting(5)]);
  expect(await tables()).toEqual([]);
  await lock.end();
  const results = await calls;
  const names = (await readMigrations(directory)).map(({ name }) => name);
  expect(results.map(({ applied }) => applied).toSorted((a, b) => b.length - a.length)).toEqual([names, [], [], [], []]);
  expect(await query(database.url, "SELECT migration_name FROM _prisma_migrations")).toHaveLength(names.length);
});

it("writes a history with which prisma migrate agrees", async () => {
  await applyMigrations(database.url);
  const schemaText = await readFile("prisma/schema.prisma", "utf8");
  const migrations = await readMigrations(findMigrationsDirectory());
  const { diagnosis, appliedMigrationNames } = await deployWithPrisma(database.url, schemaText, migrations);
  expect(diagnosis).toMatchObject({ editedMigrationNames: [], failedMigrationNames: [], hasMigrationsTable: true, history: null });
  expect(appliedMigrationNames).toEqual([]);
});

it("agrees with a history that prisma migrate wrote", async () => {
  await rm(directory, { recursive: true });
  await mkdir(directory);
  await addMigration("20990101000000_first", 'CREATE TABLE "first" ("id" INTEGER NOT NULL);');
  await query(database.url, `CREATE SCHEMA "${database.schema}"`);
  const schemaText = await readFile("prisma/schema.prisma", "utf8");
  const migrations = await readMigrations(directory);
  const { appliedMigrationNames } = await deployWithPrisma(database.url, schemaText, migrations);
  expect(appliedMigrationNames).toEqual(["20990101000000_first"]);
  expect(await applyMigrations(database.url, { directory })).toEqual({ applied: [] });
});

it("rolls back a migration that fails, keeps those before it, and continues when its file is corrected", async () => {
  await addMigration("20991230000000_good", "CREATE TABLE good (id INT);");
  await addMigration("20991231000000_bad", "CREATE TABLE half (id INT); INSERT INTO nowhere VALUES (1);");
  await expect(applyMigrations(database.url, { directory })).rejects.toThrow(
    /^migration 20991231000000_bad failed in .* and was rolled back: relation "nowhere" does not exist$/,
  );
  expect(await tables()).toContain("good");
  expect(await tables()).not.toContain("half");
  await writeFile(join(directory, "20991231000000_bad", "migration.sql"), "CREATE TABLE half (id INT);");
  expect(await applyMigrations(database.url, { directory })).toEqual({ applied: ["20991231000000_bad"] });
});

it("rolls back a migration that cannot be recorded", async () => {
  await applyMigrations(database.url, { directory });
  await addMigration(
    "20991231000000_unnoted",
    "CREATE TABLE half (id INT); ALTER TABLE _prisma_migrations ADD CONSTRAINT full_up CHECK (false) NOT VALID;",
  );
  await expect(applyMigrations(database.url, { directory })).rejects.toThrow(/20991231000000_unnoted failed .*full_up/);
  expect(await tables()).not.toContain("half");
});

it("refuses a migration that was changed after it was applied", async () => {
  await addMigration("20991231000000_later", "CREATE TABLE later (id INT);");
  await applyMigrations(database.url, { directory });
  await writeFile(join(directory, "20991231000000_later", "migration.sql"), "CREATE TABLE later (id INT); ");
  const refusal = applyMigrations(database.url, { directory });
  await expect(refusal).rejects.toMatchObject({ name: "MigrationRefused", code: "MIGRATION_REFUSED" });
  await expect(refusal).rejects.toThrow(/20991231000000_later was changed after it was applied/);
});

it("refuses a database that a newer version has migrated", async () => {
  await addMigration("20991231000000_newer", "CREATE TABLE newer (id INT);");
  await applyMigrations(database.url, { directory });
  await expect(applyMigrations(database.url)).rejects.toThrow(
    /has migration 20991231000000_newer, which this version of nightferry does not know; run the newer version/,
  );
});

it("refuses a database in which prisma migrate left a migration unfinished", async () => {
  await applyMigrations(database.url, { directory });
  await query(database.url, "UPDATE _prisma_migrations SET finished_at = NULL");
  await expect(applyMigrations(database.url, { directory })).rejects.toThrow(/was started in .* and never finished/);
});

it("says in one sentence that the database cannot be reached, without the password", async () => {
  const url = "postgresql://someone:hunter2@127.0.0.1:1/feed";
  const refusal = applyMigrations(url);
  await expect(refusal).rejects.toMatchObject({ name: "DatabaseUnavailable", code: "DATABASE_UNAVAILABLE" });
  await expect(refusal).rejects.toThrow("cannot use the database 127.0.0.1:1/feed (connection refused)");
  await expect(refusal).rejects.not.toThrow("hunter2");
});
