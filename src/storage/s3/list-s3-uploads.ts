import { ListMultipartUploadsCommand, type MultipartUpload } from "@aws-sdk/client-s3";
import type { StorageFailure } from "../../core/base/failure.ts";
import type { IncompleteUpload, UploadPage } from "../../core/ports/object-store.ts";
import { type Result, ok } from "../../core/base/result.ts";
import type { S3Session } from "./s3-session.ts";
import { attempt } from "./translate-s3-error.ts";

/** The next page begins behind this upload. */
type Markers = readonly [key: string, uploadId: string];

export async function listS3Uploads({ client, address }: S3Session, page: string | null): Promise<Result<UploadPage, StorageFailure>> {
  const [KeyMarker, UploadIdMarker] = page === null ? [] : (JSON.parse(page) as Markers);
  const prefix = address.fullKey("");
  const command = new ListMultipartUploadsCommand({ Bucket: address.bucket, Prefix: prefix, KeyMarker, UploadIdMarker });
  const listed = await attempt({ ...address.placeOf(""), target: address.storeUri }, () => client.send(command));
  if (!listed.ok) return listed;
  const { Uploads, IsTruncated, NextKeyMarker, NextUploadIdMarker } = listed.value;
  const uploads = (Uploads ?? []).flatMap((upload) => toUnfinished(upload, prefix) ?? []);
  const next: Markers | null = IsTruncated === true && NextKeyMarker ? [NextKeyMarker, NextUploadIdMarker ?? ""] : null;
  return ok({ uploads, next: next === null ? null : JSON.stringify(next) });
}

/** `null` if the store omits a field, or ignores the prefix and lists another's upload. */
function toUnfinished({ Key, UploadId, Initiated }: MultipartUpload, prefix: string): IncompleteUpload | null {
  if (!Key?.startsWith(prefix) || UploadId === undefined || !Initiated) return null;
  return { key: Key.slice(prefix.length), uploadId: UploadId, startedAt: Initiated };
}
