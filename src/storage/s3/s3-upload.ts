import { AbortMultipartUploadCommand, CreateMultipartUploadCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import type { StorageFailure } from "../../core/base/failure.ts";
import type { ObjectFacts, Upload } from "../../core/ports/object-store.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { UploadedPart } from "../../core/ports/stored-object.ts";
import { type Part, createPartWriter } from "../part-writer.ts";
import { computeCrc32, createRunningDigest } from "../running-digest.ts";
import { MAX_PARTS, partBytesFor } from "./part-bytes.ts";
import { type S3Session, toHeaders } from "./s3-session.ts";
import { attempt, isNoSuchUpload, translateS3Error } from "./translate-s3-error.ts";

export interface UploadSizes {
  readonly partBytes: number;
  readonly partsInFlight: number;
}

/** Small objects use a multipart upload, too, because only that survives a restart between `finish` and `commit`. */
export function createS3Upload(session: S3Session, key: string, facts: ObjectFacts, sizes: UploadSizes): Upload {
  const place = session.address.placeOf(key);
  const digest = createRunningDigest();
  const parts: UploadedPart[] = [];
  const aborting = new AbortController();
  let created: Promise<Result<string, StorageFailure>> | null = null;
  const writer = createPartWriter({
    partBytesFor: (number) => partBytesFor(number, sizes.partBytes),
    partsInFlight: sizes.partsInFlight,
    send,
  });

  async function send(part: Part): Promise<Result<void, StorageFailure>> {
    const { target } = place;
    if (aborting.signal.aborted) return err({ reason: "storage-error", target, detail: "the upload was aborted" });
    if (part.number > MAX_PARTS) return err({ reason: "storage-error", target, detail: `more than ${MAX_PARTS} parts` });
    created ??= createMultipartUpload(session, key, facts);
    const upload = await created;
    if (!upload.ok) return upload;
    const sent = await sendPart(session, { key, uploadId: upload.value, part, signal: aborting.signal });
    if (sent.ok) parts.push(sent.value);
    return sent.ok ? ok(undefined) : sent;
  }

  return {
    async write(chunk) {
      digest.update(chunk);
      return await writer.write(chunk);
    },
    async finish() {
      const sent = await writer.end();
      if (!sent.ok) return sent;
      const upload = await created;
      if (!upload?.ok) throw new Error("parts were sent without an upload");
      const inOrder = parts.toSorted((a, b) => a.number - b.number);
      return ok({ key, uploadId: upload.value, parts: inOrder, ...digest.end(), ...facts });
    },
    async abort() {
      aborting.abort();
      await writer.whenIdle();
      const upload = await created;
      if (upload?.ok) await abortMultipartUpload(session, key, upload.value);
    },
  };
}

async function createMultipartUpload(session: S3Session, key: string, facts: ObjectFacts): Promise<Result<string, StorageFailure>> {
  const { client, address } = session;
  const place = address.placeOf(key);
  const command = new CreateMultipartUploadCommand({
    Bucket: address.bucket,
    Key: address.fullKey(key),
    ...toHeaders(facts),
    ...session.encryption,
    ...(session.checksums ? { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } : {}),
  });
  const created = await attempt(place, () => client.send(command));
  if (!created.ok) return created;
  const { UploadId } = created.value;
  return UploadId === undefined
    ? err({ reason: "storage-error", target: place.target, detail: "the answer had no upload id" })
    : ok(UploadId);
}

interface PartToSend {
  readonly key: string;
  readonly uploadId: string;
  readonly part: Part;
  readonly signal: AbortSignal;
}

async function sendPart(session: S3Session, { key, uploadId, part, signal }: PartToSend): Promise<Result<UploadedPart, StorageFailure>> {
  const { client, address } = session;
  const place = address.placeOf(key);
  const crc32 = computeCrc32(part.body);
  const command = new UploadPartCommand({
    Bucket: address.bucket,
    Key: address.fullKey(key),
    UploadId: uploadId,
    PartNumber: part.number,
    Body: part.body,
    ContentLength: part.body.byteLength,
    ...(session.checksums ? { ChecksumAlgorithm: "CRC32", ChecksumCRC32: crc32 } : {}),
  });
  const sent = await attempt(place, () => client.send(command, { abortSignal: signal }));
  if (!sent.ok) return sent;
  const { ETag } = sent.value;
  if (ETag === undefined)
    return err({ reason: "storage-error", target: place.target, detail: `the answer to part ${part.number} had no ETag` });
  return ok({ number: part.number, etag: ETag, crc32 });
}

/** Harmless if there is no such upload. */
export async function abortMultipartUpload(session: S3Session, key: string, uploadId: string): Promise<Result<void, StorageFailure>> {
  const { client, address } = session;
  const command = new AbortMultipartUploadCommand({ Bucket: address.bucket, Key: address.fullKey(key), UploadId: uploadId });
  try {
    await client.send(command);
    return ok(undefined);
  } catch (error) {
    return isNoSuchUpload(error) ? ok(undefined) : err(translateS3Error(error, address.placeOf(key)));
  }
}
