import { CompleteMultipartUploadCommand } from "@aws-sdk/client-s3";
import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { StagedObject } from "../../core/ports/stored-object.ts";
import { describeDifference } from "../prove-content.ts";
import { proveObject } from "./prove-object.ts";
import type { S3Session } from "./s3-session.ts";
import { abortMultipartUpload } from "./s3-upload.ts";
import { isBadDigest, isNoSuchUpload, isRefusedForGood, translateS3Error } from "./translate-s3-error.ts";

/** Completes the upload, then proves the object at the key. A missing upload may have been completed before. */
export async function commitUpload(session: S3Session, staged: StagedObject): Promise<Result<void, StorageFailure>> {
  const target = session.address.uri(staged.key);
  const completed = await completeUpload(session, staged);
  if (!completed.ok) return completed;
  const proof = await proveObject(session, staged);
  if (!proof.ok) return proof;
  const { value } = proof;
  if (value.outcome === "same") return ok(undefined);
  // The object may be that of an earlier run, so its existence proves nothing.
  if (completed.value === "upload-gone") return err({ reason: "upload-vanished", target });
  return err({ reason: "stored-object-differs", target, detail: describeDifference(value) });
}

async function completeUpload(session: S3Session, staged: StagedObject): Promise<Result<"completed" | "upload-gone", StorageFailure>> {
  try {
    await session.client.send(toCommand(session, staged));
    return ok("completed");
  } catch (error) {
    if (isNoSuchUpload(error)) return ok("upload-gone");
    const failure = translateS3Error(error, session.address.placeOf(staged.key));
    if (!isRefusedForGood(error)) return err(failure);
    // The next commit answers `upload-vanished` then, so that the object is staged again instead of being refused each time.
    await abortMultipartUpload(session, staged.key, staged.uploadId);
    if (!isBadDigest(error) || failure.reason !== "storage-error") return err(failure);
    return err({ reason: "stored-object-differs", target: failure.target, detail: failure.detail });
  }
}

/** S3 is given checksum and size of the whole object, so that it refuses different bytes before readers can see them. */
function toCommand(session: S3Session, staged: StagedObject): CompleteMultipartUploadCommand {
  const { address, checksums } = session;
  const whole = checksums ? { ChecksumType: "FULL_OBJECT" as const, ChecksumCRC32: staged.crc32, MpuObjectSize: staged.bytes } : {};
  const parts = staged.parts.map(({ number, etag, crc32 }) => ({
    PartNumber: number,
    ETag: etag,
    ...(checksums ? { ChecksumCRC32: crc32 } : {}),
  }));
  return new CompleteMultipartUploadCommand({
    Bucket: address.bucket,
    Key: address.fullKey(staged.key),
    UploadId: staged.uploadId,
    MultipartUpload: { Parts: parts },
    ...whole,
  });
}
