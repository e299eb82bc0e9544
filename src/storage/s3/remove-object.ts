import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { S3Session } from "./s3-session.ts";
import { isNoSuchObject, translateS3Error } from "./translate-s3-error.ts";

/** Harmless if there is no such object. */
export async function removeObject({ client, address }: S3Session, key: string): Promise<Result<void, StorageFailure>> {
  try {
    await client.send(new DeleteObjectCommand({ Bucket: address.bucket, Key: address.fullKey(key) }));
    return ok(undefined);
  } catch (error) {
    return isNoSuchObject(error) ? ok(undefined) : err(translateS3Error(error, address.placeOf(key)));
  }
}
