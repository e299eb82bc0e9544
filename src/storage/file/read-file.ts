import { open } from "node:fs/promises";
import type { FilePlace } from "./file-place.ts";
import { isNoSuchFile } from "./translate-file-error.ts";

const CHUNK_BYTES = 256 * 1024;

/** `null` if there is no such file; rejects with the system's error otherwise. */
export async function readFile(place: FilePlace, path: string): Promise<AsyncIterable<Uint8Array> | null> {
  try {
    await place.assertInside(path);
    const file = await open(path, "r");
    if ((await file.stat()).isFile()) return file.createReadStream({ highWaterMark: CHUNK_BYTES }) as AsyncIterable<Uint8Array>;
    await file.close();
    return null;
  } catch (error) {
    if (isNoSuchFile(error)) return null;
    throw error;
  }
}
