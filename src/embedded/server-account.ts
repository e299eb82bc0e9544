import { readFile } from "node:fs/promises";

/** The account that the server runs as. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

const UNPRIVILEGED: ServerAccount = { uid: 65_534, gid: 65_534 };

/** `null`: the server runs as the current user. PostgreSQL refuses to run as root, so root runs it as `nobody`. */
export async function findServerAccount(): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const users = await readFile("/etc/passwd", "utf8").catch(() => "");
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  return uid !== undefined && gid !== undefined ? { uid: Number(uid), gid: Number(gid) } : UNPRIVILEGED;
}
