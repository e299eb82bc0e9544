import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { IncompleteUpload } from "../../core/ports/object-store.ts";
import type { FilePlace } from "./file-place.ts";
import { isNoSuchFile } from "./translate-file-error.ts";

/** The hidden files that have their keys in their names; rejects with the system's error. */
export async function listFileUploads(place: FilePlace): Promise<IncompleteUpload[]> {
  const found: IncompleteUpload[] = [];
  for (const uploadId of await namesIn(place)) {
    const key = place.keyOfUpload(uploadId);
    // The last write is later than the start, and shows better whether the upload is still in progress.
    const startedAt = key === null ? null : await lastWriteOf(join(place.uploadsDirectory, uploadId));
    if (key !== null && startedAt !== null) found.push({ key, uploadId, startedAt });
  }
  return found;
}

async function namesIn(place: FilePlace): Promise<string[]> {
  try {
    await place.assertInside(place.uploadsDirectory);
    return await readdir(place.uploadsDirectory);
  } catch (error) {
    if (isNoSuchFile(error)) return [];
    throw error;
  }
}

/** `null` if it was committed or discarded meanwhile. */
async function lastWriteOf(path: string): Promise<Date | null> {
  try {
    return (await stat(path)).mtime;
  } catch (error) {
    if (isNoSuchFile(error)) return null;
    throw error;
  }
}
