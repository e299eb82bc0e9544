import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface MigrationFile {
  /** The folder's name: a timestamp, and what it is about. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, lower-case hex: what Prisma keeps, too. */
  readonly checksum: string;
}

/** The migrations that came with this program: found upward from here, because compiled code lies deeper than its source. */
export function findMigrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, "prisma", "migrations");
    if (existsSync(join(candidate, "migration_lock.toml"))) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new Error("this installation lacks its folder prisma/migrations; install it again");
    folder = parent;
  }
}

/** All of a folder's migrations, in the order in which they are applied. */
export async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(names.sort().map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, name: string): Promise<MigrationFile> {
  const bytes = await readFile(join(folder, name, "migration.sql"));
  return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
}
