import type { StorageFailure } from "./failure.ts";
import type { Result } from "./result.ts";
import type { StagedObject } from "./stored-object.ts";

export interface ObjectFacts {
  readonly mediaType: string;
  readonly encoding: "gzip" | "identity";
}

/** An object on its way: nobody can see it before `commit`. */
export interface Upload {
  /** Resolves when there is room for more; memory holds a few parts, whatever the object's size. */
  write(chunk: Uint8Array): Promise<Result<void, StorageFailure>>;
  /** Sends what is left and tells what was sent. The object is still invisible. */
  finish(): Promise<Result<StagedObject, StorageFailure>>;
  /** Takes back whatever was sent. Never fails: what it cannot remove, the sweep does. */
  abort(): Promise<void>;
}

/** An upload that is neither committed nor taken back, whoever began it. */
export interface UnfinishedUpload {
  /** Below the store's prefix; of others' uploads it may be anything. */
  readonly key: string;
  readonly uploadId: string;
  /** Never earlier than it was. */
  readonly startedAt: Date;
}

export interface UploadPage {
  readonly uploads: readonly UnfinishedUpload[];
  /** Names the page that follows; `null` after the last. */
  readonly next: string | null;
}

/**
 * One destination. Keys are below its prefix and pass `isSafeKey`. Every foreign error comes back as a `StorageFailure`.
 * Overwriting a key is one step for readers: they see the old object or the new one.
 */
export interface ObjectStore {
  /** What an operator calls it: `s3://bucket/prefix`, or a folder. */
  readonly target: string;
  uri(key: string): string;
  begin(key: string, facts: ObjectFacts): Promise<Result<Upload, StorageFailure>>;
  /**
   * Makes a staged object visible, then proves that size and checksum of what is stored are those of what was sent.
   * Committing twice is harmless. `upload-vanished` when the store has neither the upload nor the object.
   */
  commit(staged: StagedObject): Promise<Result<void, StorageFailure>>;
  /**
   * Whether the upload of a staged object is still there to be committed. Asked before what readers have is touched; a store that cannot
   * tell says `true`, and `commit` finds out.
   */
  holds(upload: Pick<StagedObject, "key" | "uploadId">): Promise<Result<boolean, StorageFailure>>;
  /** Takes back an upload that will not be committed; harmless when it is gone. */
  discard(upload: Pick<StagedObject, "key" | "uploadId">): Promise<Result<void, StorageFailure>>;
  /** A page of the unfinished uploads below its prefix; `null` asks for the first. Some stores cannot tell, and answer with a failure. */
  listUploads(page: string | null): Promise<Result<UploadPage, StorageFailure>>;
  /** A small object in one piece, at once visible. */
  put(key: string, body: Uint8Array, facts: ObjectFacts): Promise<Result<void, StorageFailure>>;
  /** Whether there is such an object, without reading it. A store that does not let us know answers with `storage-denied`. */
  exists(key: string): Promise<Result<boolean, StorageFailure>>;
  /** `null` when there is no such object. */
  read(key: string): Promise<Result<AsyncIterable<Uint8Array> | null, StorageFailure>>;
  /** Harmless when there is no such object. */
  remove(key: string): Promise<Result<void, StorageFailure>>;
  /** Writes and deletes a small object, to see that it can. */
  probe(): Promise<Result<void, StorageFailure>>;
  close(): void;
}

/** The destination's store by name; `null` when the configuration no longer has it. */
export type FindObjectStore = (destination: string) => ObjectStore | null;
