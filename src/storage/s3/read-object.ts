import { GetObjectCommand } from "@aws-sdk/client-s3";
import { Readable } from "node:stream";
import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { S3Session } from "./s3-session.ts";
import { isNoSuchObject, translateS3Error } from "./translate-s3-error.ts";

/** The stored bytes as they are, gzip included; `null` if there is no such object. */
export async function readObject(session: S3Session, key: string): Promise<Result<Readable | null, StorageFailure>> {
  const { client, address } = session;
  const place = address.placeOf(key);
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: address.bucket, Key: address.fullKey(key) }));
    if (Body instanceof Readable) return ok(Body);
    return err({ reason: "storage-error", target: place.target, detail: "the answer had no body" });
  } catch (error) {
    return isNoSuchObject(error) ? ok(null) : err(translateS3Error(error, place));
  }
}
