import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { StorageFailure } from "../../core/base/failure.ts";
import type { ObjectFacts } from "../../core/ports/object-store.ts";
import { type Result, ok } from "../../core/base/result.ts";
import { type S3Session, toHeaders } from "./s3-session.ts";
import { attempt } from "./translate-s3-error.ts";

export async function putObject(
  session: S3Session,
  key: string,
  { body, facts }: { readonly body: Uint8Array; readonly facts: ObjectFacts },
): Promise<Result<void, StorageFailure>> {
  const { client, address, encryption } = session;
  const command = new PutObjectCommand({
    Bucket: address.bucket,
    Key: address.fullKey(key),
    Body: body,
    ContentLength: body.byteLength,
    ...toHeaders(facts),
    ...encryption,
  });
  const put = await attempt(address.placeOf(key), () => client.send(command));
  return put.ok ? ok(undefined) : put;
}
