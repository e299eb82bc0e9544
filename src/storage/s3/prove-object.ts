import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, ok } from "../../core/base/result.ts";
import type { StagedObject } from "../../core/ports/stored-object.ts";
import { type Proof, proveContent, proveSize } from "../prove-content.ts";
import { headObject } from "./head-object.ts";
import { readObject } from "./read-object.ts";
import type { S3Session } from "./s3-session.ts";
import { attempt } from "./translate-s3-error.ts";

/**
 * Compares the object at a staged object's key with it: by its size and the store's checksum of the whole object. If the store has no such
 * checksum, or may not be asked for it, the object is read back.
 */
export async function proveObject(session: S3Session, staged: StagedObject): Promise<Result<Proof, StorageFailure>> {
  const head = await headObject(session, staged.key);
  if (!head.ok) return head;
  if (head.value === null) return ok({ outcome: "missing" });
  const { ContentLength, ChecksumCRC32, ChecksumType } = head.value;
  if (ContentLength === undefined) return await readBack(session, staged);
  const size = proveSize(ContentLength, staged.bytes);
  if (size.outcome !== "same") return ok(size);
  // Without that type it may be a checksum of the parts' checksums, which cannot be compared.
  if (ChecksumCRC32 === undefined || ChecksumType !== "FULL_OBJECT") return await readBack(session, staged);
  if (ChecksumCRC32 === staged.crc32) return ok(size);
  return ok({ outcome: "differs", difference: `CRC32 ${ChecksumCRC32} stored, ${staged.crc32} sent` });
}

async function readBack(session: S3Session, staged: StagedObject): Promise<Result<Proof, StorageFailure>> {
  const stored = await readObject(session, staged.key);
  if (!stored.ok) return stored;
  return await attempt(session.address.placeOf(staged.key), () => proveContent(stored.value, staged));
}
