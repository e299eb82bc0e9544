import { createHash, randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { err, ok, type Result } from "../core/base/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";
import type { ServerAccount } from "./server-account.ts";

/** The directories of the server of one home. */
export interface ServerDirectories {
  /** A directory in the home. It contains the password and the lock. */
  readonly inHome: string;
  /** The directory of the data and the log. It belongs to the account of the server. */
  readonly server: string;
  readonly data: string;
  readonly log: string;
  /** The parent directory of the copies of the binaries. */
  readonly binaries: string;
}

/** Every account has access to it, unlike to a home below /root. */
const SHARED_ROOT = "/var/lib/nightferry";

const PASSWORD_FILE = "password";

/** Creates the home and the directory in it, for the current user only. Existing directories keep their mode. */
export async function createHomeDirectory(home: string): Promise<string> {
  const directory = join(resolve(home), "postgres");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return directory;
}

export async function createServerDirectories(
  home: string,
  account: ServerAccount | null,
): Promise<Result<ServerDirectories, EmbeddedFailure>> {
  const inHome = await createHomeDirectory(home);
  if (account === null) return ok({ inHome, ...insideOf(inHome), binaries: inHome });
  const pointer = join(inHome, "location");
  const known = await readText(pointer);
  const server = known?.trim() ?? join(SHARED_ROOT, createHash("sha256").update(resolve(home)).digest("hex").slice(0, 16));
  // The file system of a container may be new although the home is not. Do not silently replace the old database with an empty one.
  if (known !== null && !(await exists(server))) return err({ reason: "data-gone", directory: server, pointer });
  await mkdir(SHARED_ROOT, { recursive: true, mode: 0o755 });
  await mkdir(server, { recursive: true, mode: 0o700 });
  await chown(server, account.uid, account.gid);
  await writeAtomically(pointer, `${server}\n`);
  return ok({ inHome, ...insideOf(server), binaries: SHARED_ROOT });
}

/** The password of the superuser. The first call creates it. */
export async function readOrCreatePassword(inHome: string): Promise<string> {
  const path = join(inHome, PASSWORD_FILE);
  const known = await readText(path);
  if (known !== null) return known.trim();
  const password = randomBytes(24).toString("hex");
  await writeAtomically(path, `${password}\n`);
  return password;
}

/** Whether an embedded PostgreSQL was created in the home. Reads only. */
export async function hasEmbeddedPostgres(home: string): Promise<boolean> {
  return exists(join(resolve(home), "postgres", PASSWORD_FILE));
}

export async function readText(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

function insideOf(server: string): { server: string; data: string; log: string } {
  return { server, data: join(server, "data"), log: join(server, "server.log") };
}

async function writeAtomically(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, path);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
