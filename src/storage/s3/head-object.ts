import { HeadObjectCommand, type HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { S3Session } from "./s3-session.ts";
import { isNoSuchObject, translateS3Error } from "./translate-s3-error.ts";

/** What the store says of an object; `null` if there is none, or no such bucket: the answer to HEAD has no body that would tell. */
export async function headObject(session: S3Session, key: string): Promise<Result<HeadObjectCommandOutput | null, StorageFailure>> {
  const { client, address } = session;
  const mode = session.checksums ? { ChecksumMode: "ENABLED" as const } : {};
  try {
    return ok(await client.send(new HeadObjectCommand({ Bucket: address.bucket, Key: address.fullKey(key), ...mode })));
  } catch (error) {
    return isNoSuchObject(error) ? ok(null) : err(translateS3Error(error, address.placeOf(key)));
  }
}
