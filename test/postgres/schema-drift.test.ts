import { readFile } from "node:fs/promises";
import { afterEach, expect, it } from "vitest";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { query } from "./query.ts";
import { ddlOf } from "./schema-engine.ts";

const opened: TestDatabase[] = [];

async function open(options: { readonly empty: boolean }): Promise<TestDatabase> {
  const database = await openTestDatabase(options);
  opened.push(database);
  return database;
}

afterEach(async () => {
  for (const database of opened.splice(0)) await database.drop();
});

/** What Prisma's model can describe of a schema: all but checks, triggers, partial indexes and indexes of expressions. */
async function describeSchema({ url, schema }: TestDatabase): Promise<string[]> {
  const rows = await query<{ line: string }>(
    url,
    `SELECT concat_ws(' ', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                      CASE WHEN a.attnotnull THEN 'NOT NULL' END, pg_get_expr(d.adbin, d.adrelid)) AS line
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> '_prisma_migrations'
     UNION
     SELECT concat_ws(' ', 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid))
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE c.relnamespace = $1::regnamespace AND k.contype IN ('p', 'u', 'f') AND c.relname <> '_prisma_migrations'
     UNION
     SELECT concat_ws(' ', 'index', replace(pg_get_indexdef(i.indexrelid), quote_ident($2) || '.', ''))
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE c.relnamespace = $1::regnamespace AND i.indpred IS NULL AND c.relname <> '_prisma_migrations'
     ORDER BY line`,
    [`"${schema}"`, schema],
  );
  return rows.map(({ line }) => line);
}

async function describeModel(schemaText: string): Promise<string[]> {
  const database = await open({ empty: true });
  await query(database.url, `CREATE SCHEMA "${database.schema}"`);
  const ddl = await ddlOf(database.url, schemaText);
  await query(database.url, ddl.replace(/CREATE SCHEMA IF NOT EXISTS "public";/, ""));
  return await describeSchema(database);
}

it("has the same tables in schema.prisma and in the migrations", async () => {
  const migrated = await describeSchema(await open({ empty: false }));
  const text = await readFile("prisma/schema.prisma", "utf8");
  expect(migrated.length).toBeGreaterThan(60);
  expect(migrated).toEqual(await describeModel(text));
});

it("sees a column, a type, an index and a relation that only one of them has", async () => {
  const text = await readFile("prisma/schema.prisma", "utf8");
  const migrated = await describeSchema(await open({ empty: false }));
  const drifts: readonly (readonly [RegExp, string])[] = [
    [/^ {2}locale .*$/m, ""],
    [/( {2}chunk +)Int/, "$1BigInt"],
    [/^ {2}@@index\(\[runId\]\)$/m, ""],
    [/(\[runId\], references: \[id\], onDelete: )Cascade/, "$1Restrict"],
  ];
  for (const [pattern, replacement] of drifts) {
    expect(text).toMatch(pattern);
    expect(migrated).not.toEqual(await describeModel(text.replace(pattern, replacement)));
  }
});
