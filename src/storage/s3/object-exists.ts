import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, ok } from "../../core/base/result.ts";
import { headObject } from "./head-object.ts";
import { readObject } from "./read-object.ts";
import type { S3Session } from "./s3-session.ts";

/**
 * One HEAD if the object exists. If it seems not to, or access is denied, a GET says what is missing, the object or the bucket, and which
 * permission: S3 denies access to a missing object unless s3:ListBucket is granted.
 */
export async function objectExists(session: S3Session, key: string): Promise<Result<boolean, StorageFailure>> {
  const head = await headObject(session, key);
  if (head.ok && head.value !== null) return ok(true);
  if (!head.ok && head.error.reason !== "storage-denied") return head;
  const opened = await readObject(session, key);
  if (!opened.ok) return opened;
  opened.value?.destroy();
  return ok(opened.value !== null);
}
