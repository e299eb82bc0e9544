import { errorMessage } from "../../core/base/error-message.ts";
import type { Failure } from "../../core/base/failure.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { QuarantineCopy } from "../../core/ports/stored-object.ts";
import { type QuarantineName, type QuarantineNote, quarantineKey, quarantineNoteKey } from "../../core/quarantine/quarantine-copy.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import { type ResultStream, type SmartSync, TransferError } from "../../core/ports/smartsync.ts";
import type { Ports } from "../ports/ports.ts";

/** What is known of a result besides its bytes. */
export interface QuarantineFacts {
  readonly name: QuarantineName;
  readonly run: QuarantineNote["run"];
  readonly status: Readonly<Record<string, unknown>>;
  readonly deadline: Date;
}

interface QuarantineSource {
  readonly client: SmartSync;
  readonly store: ObjectStore;
  readonly facts: QuarantineFacts;
}

/**
 * Copies a result out of WFM as it arrives, without reading it. Whatever is slow or wrong here, the result is not lost there. The note beside
 * the copy says that it is not proven.
 */
export async function quarantineResult(
  ports: Pick<Ports, "copyResult" | "clock" | "emit">,
  { client, store, facts }: QuarantineSource,
  signal?: AbortSignal,
): Promise<Result<QuarantineCopy, Failure>> {
  const { name } = facts;
  const opened = await client.openResult(name.jobId, signal);
  if (!opened.ok) return opened;
  const result = opened.value;
  const key = quarantineKey(name, result.encoding);
  const stored = await ports.copyResult({ result, store, key, ...(signal ? { signal } : {}) });
  if (!stored.ok) return stored;
  const { bytes, sha256 } = stored.value;
  const { mediaType, encoding } = result;
  const copy: QuarantineCopy = { key, uri: store.uri(key), bytes, sha256, mediaType, encoding, quarantinedAt: ports.clock.now() };
  const noted = await store.put(quarantineNoteKey(name), toDocument(noteOf(facts, copy)), {
    mediaType: "application/json",
    encoding: "identity",
  });
  if (!noted.ok) return noted;
  const { connection, jobId } = name;
  ports.emit({ event: "result.quarantined", connection, jobId, uri: copy.uri, bytes });
  return ok(copy);
}

function noteOf(
  { name, run, status, deadline }: QuarantineFacts,
  { uri, bytes, sha256, mediaType, encoding, quarantinedAt }: QuarantineCopy,
): QuarantineNote {
  return {
    schemaVersion: 1,
    proven: false,
    connection: name.connection,
    jobId: name.jobId,
    run,
    artifact: { uri, bytes, sha256, mediaType, encoding },
    status,
    deadline: deadline.toISOString(),
    quarantinedAt: quarantinedAt.toISOString(),
  };
}

function toDocument(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

/** Opens a quarantine copy as if it were the result. */
export async function openCopy(store: ObjectStore, copy: QuarantineCopy): Promise<Result<ResultStream, Failure>> {
  const read = await store.read(copy.key);
  if (!read.ok) return read;
  if (read.value === null) return err({ reason: "body-cut", received: 0, detail: `the copy at ${copy.uri} is gone` });
  const { mediaType, encoding, bytes } = copy;
  return ok({ mediaType, encoding, announcedBytes: bytes, body: readCopy(read.value, copy.uri), discard: () => undefined });
}

async function* readCopy(body: AsyncIterable<Uint8Array>, target: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new TransferError({ reason: "storage-error", target, detail: errorMessage(error) });
  }
}

/** Whether the result was copied before: its note is still there. */
export async function hasCopy(store: ObjectStore, name: Pick<QuarantineName, "connection" | "jobId">): Promise<boolean> {
  const note = await store.exists(quarantineNoteKey(name));
  return note.ok && note.value;
}

/** Deletes the copy of a result that is published. A copy that stays does no harm. */
export async function dropCopy(
  store: ObjectStore,
  copy: QuarantineCopy,
  name: Pick<QuarantineName, "connection" | "jobId">,
): Promise<void> {
  await store.remove(copy.key);
  await store.remove(quarantineNoteKey(name));
}
