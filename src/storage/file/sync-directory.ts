import { open } from "node:fs/promises";
import { codeOf } from "./translate-file-error.ts";

/** Some systems cannot open or sync a folder; there the rename itself has to do. */
const CANNOT_BE_SYNCED: ReadonlySet<string> = new Set(["EACCES", "EISDIR", "EINVAL", "ENOTSUP", "EPERM"]);

/** Makes what was created or renamed in a folder survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!CANNOT_BE_SYNCED.has(codeOf(error) ?? "")) throw error;
  }
}
