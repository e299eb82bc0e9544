import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import { poolSettings } from "../../src/postgres/connection-settings.ts";
import { parseDatabaseUrl } from "../../src/postgres/database-url.ts";
import type { MigrationFile } from "../../src/postgres/migration-files.ts";

type Exports = Readonly<Record<string, unknown>>;

interface EngineModule {
  readonly SchemaEngine: typeof SchemaEngine;
  readonly __wbg_set_wasm: (exports: Exports) => void;
}

/** Only what is needed here, because the types come with those of browsers. */
interface WasmLoader {
  instantiate(bytes: Uint8Array, imports: Readonly<Record<string, object>>): Promise<{ readonly instance: { readonly exports: Exports } }>;
}

/** Prisma's utilities for driver adapters are not our dependency, so they are resolved where the adapter finds them. */
interface AdapterModule {
  bindMigrationAwareSqlAdapterFactory(factory: PrismaPg): object;
}

const NO_FILTERS = { externalTables: [], externalEnums: [] };

const { resolve } = createRequire(import.meta.url);
let loaded: Promise<EngineModule> | null = null;

/** The package expects a bundler, so it is loaded here; and once, because its module has one instance. */
async function loadEngine(): Promise<EngineModule> {
  const entry = resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const engine = (await import(pathToFileURL(entry).href)) as EngineModule;
  const loader = Reflect.get(globalThis, "WebAssembly") as WasmLoader;
  const { instance } = await loader.instantiate(await readFile(entry.replace(/\.js$/, ".wasm")), { "./schema_engine_bg.js": engine });
  engine["__wbg_set_wasm"](instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  return engine;
}

/**
 * Calls `use` with Prisma's own migration engine. With this driver it cannot describe a database, because it does not know the types of the
 * system tables, but it writes DDL and reads the history of migrations. It never releases its lock, so its connection is closed.
 */
async function withSchemaEngine<T>(databaseUrl: string, schemaText: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  loaded ??= loadEngine();
  const { SchemaEngine } = await loaded;
  const utilities = createRequire(resolve("@prisma/adapter-pg"))("@prisma/driver-adapter-utils") as AdapterModule;
  const { schema } = parseDatabaseUrl(databaseUrl);
  const pool = new Pool(poolSettings(databaseUrl, { maxConnections: 1 }));
  const factory = utilities.bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool, { schema }));
  try {
    return await use(await SchemaEngine.new({ datamodels: [["schema.prisma", schemaText]] }, () => {}, factory));
  } finally {
    await pool.end();
  }
}

/** The DDL that creates the tables of a schema. */
export async function ddlOf(databaseUrl: string, schemaText: string): Promise<string> {
  const { stdout } = await withSchemaEngine(databaseUrl, schemaText, (engine) =>
    engine.diff({
      from: { tag: "empty" },
      to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: schemaText }] },
      script: true,
      exitCode: null,
      filters: NO_FILTERS,
    }),
  );
  return stdout ?? "";
}

/** What `prisma migrate` says about the history of a database, and what `prisma migrate deploy` applies to it. */
export async function deployWithPrisma(databaseUrl: string, schemaText: string, migrations: readonly MigrationFile[]) {
  const migrationsList: MigrationList = {
    baseDir: "prisma/migrations",
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"' },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
  return await withSchemaEngine(databaseUrl, schemaText, async (engine) => {
    const diagnosis = await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters: NO_FILTERS });
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTERS });
    return { diagnosis, appliedMigrationNames };
  });
}
