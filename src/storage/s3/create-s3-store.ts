import { randomUUID } from "node:crypto";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { ObjectStore } from "../../core/object-store.ts";
import { err, ok } from "../../core/result.ts";
import { assertSafeKey } from "../assert-safe-key.ts";
import { probeStore } from "../probe-store.ts";
import { commitUpload } from "./commit-upload.ts";
import { holdsUpload } from "./holds-upload.ts";
import { listS3Uploads } from "./list-s3-uploads.ts";
import { DEFAULT_PART_BYTES } from "./part-bytes.ts";
import { readObject } from "./read-object.ts";
import { type S3StoreOptions, openS3Session, toHeaders } from "./s3-session.ts";
import { abortMultipartUpload, createS3Upload } from "./s3-upload.ts";
import { attempt, isNoSuchObject, translateS3Error } from "./translate-s3-error.ts";

export type { S3StoreOptions };

/** Objects in one bucket, below one prefix. Opens no connection before it is used. */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  const session = openS3Session(options);
  const { client, address } = session;
  const sizes = { partBytes: options.partBytes ?? DEFAULT_PART_BYTES, partsInFlight: options.partsInFlight ?? 2 };

  const store: ObjectStore = {
    target: address.storeUri,
    uri: (key) => address.uri(key),
    async begin(key, facts) {
      assertSafeKey(key);
      return ok(createS3Upload(session, key, facts, sizes));
    },
    async commit(staged) {
      assertSafeKey(staged.key);
      return await commitUpload(session, staged);
    },
    async holds({ key, uploadId }) {
      assertSafeKey(key);
      return await holdsUpload(session, key, uploadId);
    },
    async discard({ key, uploadId }) {
      assertSafeKey(key);
      return await abortMultipartUpload(session, key, uploadId);
    },
    listUploads: async (page) => await listS3Uploads(session, page),
    async put(key, body, facts) {
      assertSafeKey(key);
      const command = new PutObjectCommand({
        Bucket: address.bucket,
        Key: address.fullKey(key),
        Body: body,
        ContentLength: body.byteLength,
        ...toHeaders(facts),
        ...session.encryption,
      });
      const put = await attempt(address.placeOf(key), () => client.send(command));
      return put.ok ? ok(undefined) : put;
    },
    async read(key) {
      assertSafeKey(key);
      return await readObject(session, key);
    },
    async remove(key) {
      assertSafeKey(key);
      try {
        await client.send(new DeleteObjectCommand({ Bucket: address.bucket, Key: address.fullKey(key) }));
        return ok(undefined);
      } catch (error) {
        return isNoSuchObject(error) ? ok(undefined) : err(translateS3Error(error, address.placeOf(key)));
      }
    },
    probe: async () => await probeStore(store, `_probe/${randomUUID()}`),
    close() {
      client.destroy();
    },
  };
  return store;
}
