import { errorMessage } from "../core/base/error-message.ts";
import type { StorageFailure } from "../core/base/failure.ts";
import type { ObjectFacts, ObjectStore } from "../core/ports/object-store.ts";
import { type Result, err, ok } from "../core/base/result.ts";
import { describeDifference, proveContent } from "./prove-content.ts";
import { createRunningDigest } from "./running-digest.ts";

const FACTS: ObjectFacts = { mediaType: "text/plain", encoding: "identity" };

/** Attempts every operation that archiving needs, at a key of its own: write, read, delete, stage, discard. */
export async function probeStore(store: ObjectStore, key: string): Promise<Result<void, StorageFailure>> {
  const body = new TextEncoder().encode("nightferry was here\n");
  const written = await store.put(key, body, FACTS);
  if (!written.ok) return written;
  const proven = await proveReadable(store, key, body);
  const removed = await store.remove(key);
  if (!proven.ok) return proven;
  return removed.ok ? await proveStageable(store, key, body) : removed;
}

async function proveReadable(store: ObjectStore, key: string, body: Uint8Array): Promise<Result<void, StorageFailure>> {
  const target = store.uri(key);
  const stored = await store.read(key);
  if (!stored.ok) return stored;
  const digest = createRunningDigest();
  digest.update(body);
  try {
    const proof = await proveContent(stored.value, digest.end());
    return proof.outcome === "same" ? ok(undefined) : err({ reason: "stored-object-differs", target, detail: describeDifference(proof) });
  } catch (error) {
    return err({ reason: "storage-error", target, detail: errorMessage(error) });
  }
}

async function proveStageable(store: ObjectStore, key: string, body: Uint8Array): Promise<Result<void, StorageFailure>> {
  const upload = await store.begin(key, FACTS);
  if (!upload.ok) return upload;
  const written = await upload.value.write(body);
  const staged = written.ok ? await upload.value.finish() : written;
  if (staged.ok) return await store.discard(staged.value);
  await upload.value.abort();
  return staged;
}
