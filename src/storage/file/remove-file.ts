import { unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { FilePlace } from "./file-place.ts";
import { isNoSuchFile } from "./translate-file-error.ts";

/** Harmless if there is no such file; rejects with the system's error otherwise. */
export async function removeFile(place: FilePlace, path: string): Promise<void> {
  try {
    await place.assertInside(dirname(path));
    await unlink(path);
  } catch (error) {
    if (!isNoSuchFile(error)) throw error;
  }
}
