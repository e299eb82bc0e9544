import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { StorageFailure } from "../../src/core/base/failure.ts";
import { isSafeKey } from "../../src/core/publish/object-key.ts";
import type { ObjectFacts, ObjectStore, IncompleteUpload, Upload } from "../../src/core/ports/object-store.ts";
import { type Result, err, ok } from "../../src/core/base/result.ts";
import type { StagedObject } from "../../src/core/ports/stored-object.ts";

type MemoryOperation =
  "begin" | "write" | "finish" | "abort" | "commit" | "holds" | "discard" | "listUploads" | "put" | "exists" | "read" | "remove" | "probe";

interface LoggedOperation {
  readonly operation: MemoryOperation;
  /** `null` for a probe or a list. */
  readonly key: string | null;
}

/** What remains after a store is closed, as a bucket remains after a process ends. */
export interface MemoryBucket {
  /** What readers see. */
  readonly contents: Map<string, Uint8Array>;
  readonly facts: Map<string, ObjectFacts>;
  /** Finished uploads that are not committed, by upload id. */
  readonly staged: Map<string, Uint8Array>;
  /** How many uploads were ever started. Their ids count them. */
  begun: number;
  /** Uploads that were started, and neither committed nor aborted. */
  readonly uploads: Map<string, IncompleteUpload>;
}

export interface MemoryObjectStore extends ObjectStore, MemoryBucket {
  /** In order. `write` is left out, because the number of writes does not matter. */
  readonly operations: readonly LoggedOperation[];
  /** While it is set, every operation fails with it and does nothing else. */
  down: StorageFailure | null;
  /** The next call of that operation fails with the failure and does nothing else. Several failures are used in order. */
  failNext(operation: Exclude<MemoryOperation, "abort">, failure: StorageFailure): void;
}

/** Small, so that a result has several parts. */
const PAGE = 2;

export function createMemoryBucket(): MemoryBucket {
  return { contents: new Map(), facts: new Map(), staged: new Map(), uploads: new Map(), begun: 0 };
}

/** Object storage in maps, with failures on demand. A second store on the same bucket acts as the next process. */
export function createMemoryObjectStore(
  bucket: MemoryBucket = createMemoryBucket(),
  { target = "memory://bucket", now = () => new Date() }: { readonly target?: string; readonly now?: () => Date } = {},
): MemoryObjectStore {
  const { contents, facts, staged, uploads } = bucket;
  const operations: LoggedOperation[] = [];
  const failures = new Map<MemoryOperation, StorageFailure[]>();
  const uri = (key: string): string => `${target}/${key}`;

  function enter(operation: MemoryOperation, key: string | null): Result<void, StorageFailure> {
    if (key !== null && !isSafeKey(key)) throw new Error(`not a safe object key: ${key}`);
    if (operation !== "write") operations.push({ operation, key });
    const failure = store.down ?? failures.get(operation)?.shift();
    return failure ? err(failure) : ok(undefined);
  }

  function openUpload(key: string, objectFacts: ObjectFacts): Upload {
    bucket.begun += 1;
    const uploadId = `upload-${String(bucket.begun).padStart(9, "0")}`;
    const chunks: Uint8Array[] = [];
    uploads.set(uploadId, { key, uploadId, startedAt: now() });
    return {
      async write(chunk) {
        const entered = enter("write", key);
        if (entered.ok) chunks.push(Uint8Array.from(chunk));
        return entered;
      },
      async finish() {
        const entered = enter("finish", key);
        if (!entered.ok) return entered;
        const body = Buffer.concat(chunks);
        staged.set(uploadId, body);
        return ok({ key, uploadId, parts: [], ...measure(body), ...objectFacts });
      },
      async abort() {
        enter("abort", key);
        takeBack(uploadId);
      },
    };
  }

  function takeBack(uploadId: string): void {
    staged.delete(uploadId);
    uploads.delete(uploadId);
  }

  function show(object: StagedObject): Result<void, StorageFailure> {
    const body = staged.get(object.uploadId);
    if (!body)
      return isSame(contents.get(object.key), object) ? ok(undefined) : err({ reason: "upload-vanished", target: uri(object.key) });
    takeBack(object.uploadId);
    contents.set(object.key, body);
    facts.set(object.key, { mediaType: object.mediaType, encoding: object.encoding });
    if (isSame(body, object)) return ok(undefined);
    return err({ reason: "stored-object-differs", target: uri(object.key), detail: "the stored bytes are not those that were sent" });
  }

  const store: MemoryObjectStore = {
    ...bucket,
    operations,
    down: null,
    failNext(operation, failure) {
      failures.set(operation, [...(failures.get(operation) ?? []), failure]);
    },
    target,
    uri,
    async begin(key, objectFacts) {
      const entered = enter("begin", key);
      return entered.ok ? ok(openUpload(key, objectFacts)) : entered;
    },
    async commit(object) {
      const entered = enter("commit", object.key);
      return entered.ok ? show(object) : entered;
    },
    async holds({ key, uploadId }) {
      const entered = enter("holds", key);
      return entered.ok ? ok(staged.has(uploadId)) : entered;
    },
    async discard(object) {
      const entered = enter("discard", object.key);
      if (entered.ok) takeBack(object.uploadId);
      return entered;
    },
    async listUploads(page) {
      const entered = enter("listUploads", null);
      if (!entered.ok) return entered;
      // Continues after an upload, also when that upload is gone in the meantime.
      const rest = [...uploads.values()].filter(({ uploadId }) => page === null || uploadId > page).sort(byUploadId);
      const found = rest.slice(0, PAGE);
      return ok({ uploads: found, next: rest.length > PAGE ? (found.at(-1)?.uploadId ?? null) : null });
    },
    async put(key, body, objectFacts) {
      const entered = enter("put", key);
      if (!entered.ok) return entered;
      contents.set(key, Uint8Array.from(body));
      facts.set(key, objectFacts);
      return ok(undefined);
    },
    async exists(key) {
      const entered = enter("exists", key);
      return entered.ok ? ok(contents.has(key)) : entered;
    },
    async read(key) {
      const entered = enter("read", key);
      const body = contents.get(key);
      return entered.ok ? ok(body ? toStream(body) : null) : entered;
    },
    async remove(key) {
      const entered = enter("remove", key);
      if (!entered.ok) return entered;
      contents.delete(key);
      facts.delete(key);
      return ok(undefined);
    },
    probe: async () => enter("probe", null),
    close() {
      // Nothing to close.
    },
  };
  return store;
}

function byUploadId(a: IncompleteUpload, b: IncompleteUpload): number {
  return a.uploadId < b.uploadId ? -1 : 1;
}

async function* toStream(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

function measure(body: Uint8Array): Pick<StagedObject, "bytes" | "sha256" | "crc32"> {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return { bytes: body.byteLength, sha256: createHash("sha256").update(body).digest("hex"), crc32: crc.toString("base64") };
}

function isSame(body: Uint8Array | undefined, object: StagedObject): boolean {
  return body !== undefined && measure(body).sha256 === object.sha256;
}
