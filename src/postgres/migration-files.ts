import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface MigrationFile {
  /** The directory's name: a timestamp and the subject. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file in lower-case hex, as Prisma stores it. */
  readonly checksum: string;
}

/** The migrations that come with this program. The search goes upward, because compiled code lies deeper than its source. */
export function findMigrationsDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(directory, "prisma", "migrations");
    if (existsSync(join(candidate, "migration_lock.toml"))) return candidate;
    const parent = dirname(directory);
    if (parent === directory) throw new Error("this installation has no directory prisma/migrations; install it again");
    directory = parent;
  }
}

/** All of a directory's migrations, in the order in which they are applied. */
export async function readMigrations(directory: string): Promise<MigrationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(names.sort().map((name) => readMigration(directory, name)));
}

async function readMigration(directory: string, name: string): Promise<MigrationFile> {
  const bytes = await readFile(join(directory, name, "migration.sql"));
  return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
}
