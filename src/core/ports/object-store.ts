import type { StorageFailure } from "../base/failure.ts";
import type { Result } from "../base/result.ts";
import type { StagedObject } from "./stored-object.ts";

export interface ObjectFacts {
  readonly mediaType: string;
  readonly encoding: "gzip" | "identity";
}

/** An object that is being uploaded. It is invisible before `commit`. */
export interface Upload {
  /** Resolves when more can be written. Memory holds a few parts, whatever the size of the object. */
  write(bytes: Uint8Array): Promise<Result<void, StorageFailure>>;
  /** Sends the rest and says what was sent. The object is still invisible. */
  finish(): Promise<Result<StagedObject, StorageFailure>>;
  /** Deletes what was sent. It never fails: what it cannot delete, the reconciler aborts later. */
  abort(): Promise<void>;
}

/** A multipart upload that was neither completed nor aborted. Another program may have begun it. */
export interface IncompleteUpload {
  /** Below the store's prefix. The key of another program's upload may be any text. */
  readonly key: string;
  readonly uploadId: string;
  /** Never earlier than the true start. */
  readonly startedAt: Date;
}

export interface UploadPage {
  readonly uploads: readonly IncompleteUpload[];
  /** Names the next page; `null` after the last one. */
  readonly next: string | null;
}

/**
 * One destination. Keys are relative to its prefix and satisfy `isSafeKey`. Errors of the store are returned as a `StorageFailure`.
 * Overwriting a key is atomic for readers: they see the old object or the new one.
 */
export interface ObjectStore {
  /** The name that an operator knows: `s3://bucket/prefix`, or a directory. */
  readonly target: string;
  uri(key: string): string;
  begin(key: string, facts: ObjectFacts): Promise<Result<Upload, StorageFailure>>;
  /**
   * Makes a staged object visible, then verifies that the stored object has the size and the checksum of what was sent. Committing twice is
   * harmless. `upload-vanished`: the store has neither the upload nor the object.
   */
  commit(staged: StagedObject): Promise<Result<void, StorageFailure>>;
  /**
   * Whether the upload of a staged object still exists and can be committed. It is checked before anything that readers use is changed. A
   * store that cannot tell returns `true`; `commit` then finds out.
   */
  holds(upload: Pick<StagedObject, "key" | "uploadId">): Promise<Result<boolean, StorageFailure>>;
  /** Aborts an upload that will not be committed. Harmless when it no longer exists. */
  discard(upload: Pick<StagedObject, "key" | "uploadId">): Promise<Result<void, StorageFailure>>;
  /** A page of the incomplete uploads below the prefix; `null` requests the first. A store that cannot list them returns a failure. */
  listUploads(page: string | null): Promise<Result<UploadPage, StorageFailure>>;
  /** Writes a small object, which is visible at once. */
  put(key: string, body: Uint8Array, facts: ObjectFacts): Promise<Result<void, StorageFailure>>;
  /** Whether there is such an object, without reading it. `storage-denied`: the store does not permit the question. */
  exists(key: string): Promise<Result<boolean, StorageFailure>>;
  /** `null`: there is no such object. */
  read(key: string): Promise<Result<AsyncIterable<Uint8Array> | null, StorageFailure>>;
  /** Deletes an object. Harmless when it does not exist. */
  remove(key: string): Promise<Result<void, StorageFailure>>;
  /** Writes and deletes a small object, to check that both are permitted. */
  probe(): Promise<Result<void, StorageFailure>>;
  close(): void;
}

/** Finds the store of a destination by name; `null`: the configuration no longer has it. */
export type FindObjectStore = (destination: string) => ObjectStore | null;
