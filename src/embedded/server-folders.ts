import { createHash, randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { err, ok, type Result } from "../core/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";
import type { ServerAccount } from "./server-account.ts";

/** Where everything of one home's server is kept. */
export interface ServerFolders {
  /** In the home itself; holds the password and the lock. */
  readonly own: string;
  /** What the server's account owns: data and log. */
  readonly server: string;
  readonly data: string;
  readonly log: string;
  /** Parent of the copies of the binaries, one per version. */
  readonly binaries: string;
}

/** Reached by any account, unlike a home below root's. */
const SHARED_ROOT = "/var/lib/nightferry";

/** The home and its folder, for its owner only. Existing folders keep the mode they have. */
export async function createOwnFolder(home: string): Promise<string> {
  const own = join(resolve(home), "postgres");
  await mkdir(own, { recursive: true, mode: 0o700 });
  return own;
}

export async function createServerFolders(home: string, account: ServerAccount | null): Promise<Result<ServerFolders, EmbeddedFailure>> {
  const own = await createOwnFolder(home);
  if (account === null) return ok({ own, ...insideOf(own), binaries: own });
  const pointer = join(own, "location");
  const known = await readText(pointer);
  const server = known?.trim() ?? join(SHARED_ROOT, createHash("sha256").update(resolve(home)).digest("hex").slice(0, 16));
  // A container's own disk may be new where the home's is not: an empty database must not take the old one's place unseen.
  if (known !== null && !(await exists(server))) return err({ reason: "data-gone", folder: server, pointer });
  await mkdir(SHARED_ROOT, { recursive: true, mode: 0o755 });
  await mkdir(server, { recursive: true, mode: 0o700 });
  await chown(server, account.uid, account.gid);
  await writeWhole(pointer, `${server}\n`);
  return ok({ own, ...insideOf(server), binaries: SHARED_ROOT });
}

/** The superuser's password; made at the first call. */
export async function readOrCreatePassword(own: string): Promise<string> {
  const path = join(own, "password");
  const known = await readText(path);
  if (known !== null) return known.trim();
  const password = randomBytes(24).toString("hex");
  await writeWhole(path, `${password}\n`);
  return password;
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

/** A crash leaves the old content or the new, never half of it. */
async function writeWhole(path: string, content: string): Promise<void> {
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
