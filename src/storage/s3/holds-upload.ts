import { ListPartsCommand } from "@aws-sdk/client-s3";
import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { S3Session } from "./s3-session.ts";
import { isNoSuchUpload, isNotOffered, translateS3Error } from "./translate-s3-error.ts";

/**
 * Lists at most one part, because only the upload's existence matters. A store that does not offer this call, or a policy that does not
 * grant it, counts as if the upload existed.
 */
export async function holdsUpload(session: S3Session, key: string, uploadId: string): Promise<Result<boolean, StorageFailure>> {
  const { client, address } = session;
  try {
    await client.send(new ListPartsCommand({ Bucket: address.bucket, Key: address.fullKey(key), UploadId: uploadId, MaxParts: 1 }));
    return ok(true);
  } catch (error) {
    if (isNoSuchUpload(error)) return ok(false);
    const failure = translateS3Error(error, address.placeOf(key));
    return isNotOffered(error) && failure.reason !== "bucket-missing" ? ok(true) : err(failure);
  }
}
