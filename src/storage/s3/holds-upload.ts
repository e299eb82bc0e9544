import { ListPartsCommand } from "@aws-sdk/client-s3";
import type { StorageFailure } from "../../core/failure.ts";
import { type Result, err, ok } from "../../core/result.ts";
import type { S3Session } from "./s3-session.ts";
import { isNoSuchUpload, translateS3Error } from "./translate-s3-error.ts";

/** Lists one part at the most: whether there are any is not asked, only whether the upload is known. */
export async function holdsUpload(session: S3Session, key: string, uploadId: string): Promise<Result<boolean, StorageFailure>> {
  const { client, address } = session;
  try {
    await client.send(new ListPartsCommand({ Bucket: address.bucket, Key: address.fullKey(key), UploadId: uploadId, MaxParts: 1 }));
    return ok(true);
  } catch (error) {
    if (isNoSuchUpload(error)) return ok(false);
    const failure = translateS3Error(error, address.placeOf(key));
    return CANNOT_TELL.has(failure.reason) ? ok(true) : err(failure);
  }
}

/** Some stores do not have the call, or a policy does not grant it, though it grants all that is needed. */
const CANNOT_TELL: ReadonlySet<StorageFailure["reason"]> = new Set(["storage-denied", "storage-error"]);
