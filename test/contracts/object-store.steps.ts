import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ObjectFacts, ObjectStore } from "../../src/core/ports/object-store.ts";
import type { Result } from "../../src/core/base/result.ts";
import type { StagedObject } from "../../src/core/ports/stored-object.ts";

export const GZIPPED_JSON: ObjectFacts = { mediaType: "application/json", encoding: "gzip" };

/** Bytes that differ by position and by seed. */
export function makeBody(bytes: number, seed = 0): Buffer {
  const body = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 1) body[at] = (at * 31 + (at >> 8) * 17 + seed * 101) % 251;
  return body;
}

export async function stage(store: ObjectStore, key: string, chunks: readonly Uint8Array[]): Promise<StagedObject> {
  const upload = valueOf(await store.begin(key, GZIPPED_JSON));
  for (const chunk of chunks) valueOf(await upload.write(chunk));
  return valueOf(await upload.finish());
}

export async function keep(store: ObjectStore, key: string, body: Uint8Array): Promise<void> {
  valueOf(await store.commit(await stage(store, key, [body])));
}

export async function read(store: ObjectStore, key: string): Promise<Buffer | null> {
  const stored = valueOf(await store.read(key));
  if (stored === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stored) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`unexpected failure: ${JSON.stringify(result.error)}`);
  return result.value;
}

export function checksumsOf(body: Uint8Array): Pick<StagedObject, "bytes" | "sha256" | "crc32"> {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return { bytes: body.byteLength, sha256: createHash("sha256").update(body).digest("hex"), crc32: crc.toString("base64") };
}
