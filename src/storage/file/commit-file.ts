import { rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { StagedObject } from "../../core/ports/stored-object.ts";
import { type Proof, describeDifference, proveContent, proveSize } from "../prove-content.ts";
import type { FilePlace } from "./file-place.ts";
import { readFile } from "./read-file.ts";
import { removeFile } from "./remove-file.ts";
import { syncDirectory } from "./sync-directory.ts";
import { attempt } from "./translate-file-error.ts";

/**
 * Renames a staged file into place. It is read back and compared while it is still hidden. The rename does not change the bytes, so wrong
 * bytes never replace what readers have.
 */
export async function commitFile(place: FilePlace, staged: StagedObject): Promise<Result<void, StorageFailure>> {
  const path = place.pathOf(staged.key);
  const uploadPath = place.uploadPathOf(staged.uploadId);
  if (uploadPath === null) return await proveCommittedBefore(place, path, staged);
  const hidden = await proveFile(place, uploadPath, staged);
  if (!hidden.ok) return hidden;
  if (hidden.value.outcome === "missing") return await proveCommittedBefore(place, path, staged);
  if (hidden.value.outcome === "differs") {
    // The next commit answers `upload-vanished` then, and the object is staged again.
    await attempt(path, () => removeFile(place, uploadPath));
    return err({ reason: "stored-object-differs", target: path, detail: hidden.value.difference });
  }
  const moved = await attempt(path, () => moveIntoPlace(place, uploadPath, path));
  if (!moved.ok) return moved;
  const proof = proveSize(moved.value, staged.bytes);
  return proof.outcome === "same"
    ? ok(undefined)
    : err({ reason: "stored-object-differs", target: path, detail: describeDifference(proof) });
}

/** The object may be that of an earlier run, so its existence proves nothing. */
async function proveCommittedBefore(place: FilePlace, path: string, staged: StagedObject): Promise<Result<void, StorageFailure>> {
  const proof = await proveFile(place, path, staged);
  if (!proof.ok) return proof;
  return proof.value.outcome === "same" ? ok(undefined) : err({ reason: "upload-vanished", target: path });
}

async function proveFile(place: FilePlace, path: string, staged: StagedObject): Promise<Result<Proof, StorageFailure>> {
  return await attempt(path, async () => await proveContent(await readFile(place, path), staged));
}

/** Resolves with the size of the file that is there then. */
async function moveIntoPlace(place: FilePlace, from: string, to: string): Promise<number> {
  await place.makeDirectoryOf(to);
  await rename(from, to);
  await syncDirectory(dirname(to));
  return (await stat(to)).size;
}
