import { open } from "node:fs/promises";
import { codeOf } from "./translate-file-error.ts";

/** Some systems cannot open or sync a directory. There, the rename itself must suffice. */
const CANNOT_BE_SYNCED: ReadonlySet<string> = new Set(["EACCES", "EISDIR", "EINVAL", "ENOTSUP", "EPERM"]);

/** Makes what was created or renamed in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    if (!CANNOT_BE_SYNCED.has(codeOf(error) ?? "")) throw error;
  }
}
