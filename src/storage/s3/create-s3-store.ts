import { randomUUID } from "node:crypto";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { ok } from "../../core/base/result.ts";
import { assertSafeKey } from "../assert-safe-key.ts";
import { probeStore } from "../probe-store.ts";
import { commitUpload } from "./commit-upload.ts";
import { holdsUpload } from "./holds-upload.ts";
import { listS3Uploads } from "./list-s3-uploads.ts";
import { objectExists } from "./object-exists.ts";
import { DEFAULT_PART_BYTES } from "./part-bytes.ts";
import { putObject } from "./put-object.ts";
import { readObject } from "./read-object.ts";
import { removeObject } from "./remove-object.ts";
import { type S3StoreOptions, openS3Session } from "./s3-session.ts";
import { abortMultipartUpload, createS3Upload } from "./s3-upload.ts";

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
      return await putObject(session, key, { body, facts });
    },
    async exists(key) {
      assertSafeKey(key);
      return await objectExists(session, key);
    },
    async read(key) {
      assertSafeKey(key);
      return await readObject(session, key);
    },
    async remove(key) {
      assertSafeKey(key);
      return await removeObject(session, key);
    },
    probe: async () => await probeStore(store, `_probe/${randomUUID()}`),
    close() {
      client.destroy();
    },
  };
  return store;
}
