import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import type { StorageFailure } from "../../core/base/failure.ts";
import type { ObjectStore, Upload } from "../../core/ports/object-store.ts";
import { type Result, ok } from "../../core/base/result.ts";
import type { StagedObject } from "../../core/ports/stored-object.ts";
import { probeStore } from "../probe-store.ts";
import { commitFile } from "./commit-file.ts";
import { createFilePlace, type FilePlace } from "./file-place.ts";
import { openFileUpload } from "./file-upload.ts";
import { listFileUploads } from "./list-file-uploads.ts";
import { readFile } from "./read-file.ts";
import { removeFile } from "./remove-file.ts";
import { attempt, isNoSuchFile } from "./translate-file-error.ts";

export interface FileStoreOptions {
  /** The root directory; it is created if it does not exist. */
  readonly path: string;
  /** How many bytes are collected for one write to the disk. Default 1 MiB. */
  readonly partBytes?: number | undefined;
}

const DEFAULT_PART_BYTES = 1024 * 1024;

/** Objects as files in one directory. Staged objects are hidden in its `.uploads`. Media types are not kept. */
export function createFileStore(options: FileStoreOptions): ObjectStore {
  const place = createFilePlace(options.path);
  const partBytes = options.partBytes ?? DEFAULT_PART_BYTES;

  const store: ObjectStore = {
    target: place.root,
    uri: (key) => place.pathOf(key),
    async begin(key, facts) {
      place.pathOf(key);
      return await openFileUpload({ place, key, partBytes }, facts);
    },
    commit: async (staged) => await commitFile(place, staged),
    async holds({ uploadId }) {
      const path = place.uploadPathOf(uploadId);
      return path === null ? ok(false) : await attempt(place.root, () => isFile(place, path));
    },
    async discard({ uploadId }) {
      const path = place.uploadPathOf(uploadId);
      return path === null ? ok(undefined) : await attempt(place.root, () => removeFile(place, path));
    },
    async listUploads() {
      const listed = await attempt(place.root, () => listFileUploads(place));
      return listed.ok ? ok({ uploads: listed.value, next: null }) : listed;
    },
    async put(key, body, facts) {
      place.pathOf(key);
      const upload = await openFileUpload({ place, key, partBytes: Math.max(1, body.byteLength) }, facts);
      if (!upload.ok) return upload;
      const staged = await writeWhole(upload.value, body);
      const committed = staged.ok ? await store.commit(staged.value) : staged;
      if (!committed.ok) await upload.value.abort();
      return committed;
    },
    async exists(key) {
      const path = place.pathOf(key);
      return await attempt(path, () => isFile(place, path));
    },
    async read(key) {
      const path = place.pathOf(key);
      return await attempt(path, () => readFile(place, path));
    },
    async remove(key) {
      const path = place.pathOf(key);
      return await attempt(path, () => removeFile(place, path));
    },
    // Directly in the root, because a directory of its own would be left behind.
    probe: async () => await probeStore(store, `_probe-${randomUUID()}`),
    close() {
      // Nothing is held open between operations.
    },
  };
  return store;
}

async function writeWhole(upload: Upload, body: Uint8Array): Promise<Result<StagedObject, StorageFailure>> {
  const written = await upload.write(body);
  return written.ok ? await upload.finish() : written;
}

async function isFile(place: FilePlace, path: string): Promise<boolean> {
  try {
    await place.assertInside(path);
    return (await stat(path)).isFile();
  } catch (error) {
    if (isNoSuchFile(error)) return false;
    throw error;
  }
}
