import type { Failure } from "../core/failure.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type RescueNote, type RescuedCopy, type RescuedName, rescueNoteKey, rescuedKey } from "../core/rescue.ts";
import { type Result, err, ok } from "../core/result.ts";
import { type ResultStream, type SmartSync, TransferError } from "../core/smartsync.ts";
import type { Ports } from "./ports.ts";

/** What is known of a result besides its bytes. */
export interface RescueFacts {
  readonly name: RescuedName;
  readonly run: RescueNote["run"];
  readonly status: Readonly<Record<string, unknown>>;
  readonly deadline: Date;
}

interface RescueSource {
  readonly client: SmartSync;
  readonly store: ObjectStore;
  readonly facts: RescueFacts;
}

/**
 * Copies a result out of WFM as it comes, before anything is asked of it: whatever is slow or wrong here, it is not lost there.
 * What lies beside it says that nobody has proven it.
 */
export async function rescueResult(
  ports: Pick<Ports, "copyResult" | "clock" | "emit">,
  { client, store, facts }: RescueSource,
  signal?: AbortSignal,
): Promise<Result<RescuedCopy, Failure>> {
  const { name } = facts;
  const opened = await client.openResult(name.vendorJobId, signal);
  if (!opened.ok) return opened;
  const result = opened.value;
  const key = rescuedKey(name, result.encoding);
  const stored = await ports.copyResult({ result, store, key, ...(signal ? { signal } : {}) });
  if (!stored.ok) return stored;
  const { bytes, sha256 } = stored.value;
  const { mediaType, encoding } = result;
  const copy: RescuedCopy = { key, uri: store.uri(key), bytes, sha256, mediaType, encoding, rescuedAt: ports.clock.now() };
  const noted = await store.put(rescueNoteKey(name), toDocument(noteOf(facts, copy)), {
    mediaType: "application/json",
    encoding: "identity",
  });
  if (!noted.ok) return noted;
  const { connection, vendorJobId } = name;
  ports.emit({ event: "result.rescued", connection, vendorJobId, uri: copy.uri, bytes });
  return ok(copy);
}

function noteOf(
  { name, run, status, deadline }: RescueFacts,
  { uri, bytes, sha256, mediaType, encoding, rescuedAt }: RescuedCopy,
): RescueNote {
  return {
    schemaVersion: 1,
    proven: false,
    connection: name.connection,
    jobId: name.vendorJobId,
    run,
    artifact: { uri, bytes, sha256, mediaType, encoding },
    status,
    deadline: deadline.toISOString(),
    rescuedAt: rescuedAt.toISOString(),
  };
}

function toDocument(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

/** A rescued copy as the result that it is a copy of. */
export async function openCopy(store: ObjectStore, copy: RescuedCopy): Promise<Result<ResultStream, Failure>> {
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
    throw new TransferError({ reason: "storage-error", target, detail: error instanceof Error ? error.message : String(error) });
  }
}

/** Whether a result was copied before, and its note still lies there. */
export async function hasCopy(store: ObjectStore, name: Pick<RescuedName, "connection" | "vendorJobId">): Promise<boolean> {
  const note = await store.read(rescueNoteKey(name));
  if (!note.ok || note.value === null) return false;
  try {
    // Read to its end, so that the connection is free again.
    const chunks = note.value[Symbol.asyncIterator]();
    while (!(await chunks.next()).done);
    return true;
  } catch {
    return false;
  }
}

/** The copy of a result that is published is not needed any more; one that stays does no harm. */
export async function dropCopy(
  store: ObjectStore,
  copy: RescuedCopy,
  name: Pick<RescuedName, "connection" | "vendorJobId">,
): Promise<void> {
  await store.remove(copy.key);
  await store.remove(rescueNoteKey(name));
}
