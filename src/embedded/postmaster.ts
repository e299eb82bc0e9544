import { readlink, realpath, rm } from "node:fs/promises";
import { join } from "node:path";

import { readText } from "./server-folders.ts";

/** The server that a data folder's postmaster.pid speaks of, and that lives. */
export interface Postmaster {
  readonly pid: number;
  /** `null` until it is written. */
  readonly port: number | null;
}

/** `null` when no server lives on the data folder. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const path = join(data, "postmaster.pid");
  const content = await readText(path);
  if (content === null) return null;
  const [pidLine = "", , , portLine = ""] = content.split("\n");
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  if (await isPostmasterOf(pid, data)) return { pid, port: Number(portLine) || null };
  // After a crash of the machine or a restart of the container the number may be some other process's now,
  // and PostgreSQL would take that one for a server and refuse to start. A file whose process is dead it mends by itself.
  await rm(path, { force: true });
  return null;
}

async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  return folder === (await realpath(data));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
