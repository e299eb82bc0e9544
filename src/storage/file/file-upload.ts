import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { StorageFailure } from "../../core/base/failure.ts";
import type { ObjectFacts, Upload } from "../../core/ports/object-store.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import { createPartWriter } from "../part-writer.ts";
import { createRunningDigest } from "../running-digest.ts";
import type { FilePlace } from "./file-place.ts";
import { removeFile } from "./remove-file.ts";
import { syncDirectory } from "./sync-directory.ts";
import { attempt } from "./translate-file-error.ts";

interface Destination {
  readonly place: FilePlace;
  readonly key: string;
  /** How many bytes are collected for one write. */
  readonly partBytes: number;
}

/** Fills a hidden file, which survives a restart once `finish` has resolved. */
export async function openFileUpload(destination: Destination, facts: ObjectFacts): Promise<Result<Upload, StorageFailure>> {
  const { place, key } = destination;
  const uploadId = place.newUploadId(key);
  const path = place.uploadPathOf(uploadId);
  if (path === null) throw new Error("a new upload id does not look like one");
  const opened = await attempt(place.root, () => openNew(place, path));
  if (!opened.ok) return opened;
  const file = opened.value;
  const digest = createRunningDigest();
  let isAborted = false;
  const writer = createPartWriter({
    partBytesFor: () => destination.partBytes,
    // One after the other, because they are appended.
    partsInFlight: 1,
    send: async ({ body }) => {
      if (isAborted) return err({ reason: "storage-error", target: place.pathOf(key), detail: "the upload was aborted" });
      return await attempt(place.root, () => file.appendFile(body));
    },
  });
  return ok({
    async write(chunk) {
      digest.update(chunk);
      return await writer.write(chunk);
    },
    async finish() {
      const written = await writer.end();
      if (!written.ok) return written;
      const kept = await attempt(place.root, () => closeDurably(file, path));
      return kept.ok ? ok({ key, uploadId, parts: [], ...digest.end(), ...facts }) : kept;
    },
    async abort() {
      isAborted = true;
      await writer.whenIdle();
      await attempt(place.root, () => file.close());
      await attempt(place.root, () => removeFile(place, path));
    },
  });
}

async function openNew(place: FilePlace, path: string): Promise<FileHandle> {
  await place.makeDirectoryOf(path);
  return await open(path, "wx");
}

async function closeDurably(file: FileHandle, path: string): Promise<void> {
  await file.sync();
  await file.close();
  await syncDirectory(dirname(path));
}
