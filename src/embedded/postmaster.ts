import { readlink, realpath, rm } from "node:fs/promises";
import { join } from "node:path";

import { readText } from "./server-directories.ts";

/** A running server, as described by the postmaster.pid of its data directory. */
export interface Postmaster {
  readonly pid: number;
  /** `null`: the server has not written it yet. */
  readonly port: number | null;
}

/** `null`: no server runs on the data directory. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const path = join(data, "postmaster.pid");
  const content = await readText(path);
  if (content === null) return null;
  const [pidLine = "", , , portLine = ""] = content.split("\n");
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  if (await isPostmasterOf(pid, data)) return { pid, port: Number(portLine) || null };
  // After a crash of the machine or a restart of the container, the pid may belong to another process. PostgreSQL would then refuse to
  // start. PostgreSQL handles a file whose process is dead by itself.
  await rm(path, { force: true });
  return null;
}

async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  return directory === (await realpath(data));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
