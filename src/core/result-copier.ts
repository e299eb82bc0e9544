import type { Failure } from "./failure.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Result } from "./result.ts";
import type { ResultStream } from "./smartsync.ts";
import type { StagedObject } from "./stored-object.ts";

export interface CopyRequest {
  readonly result: ResultStream;
  readonly store: ObjectStore;
  readonly key: string;
  readonly signal?: AbortSignal;
}

/**
 * Stores a result as it comes, byte for byte, without reading what is in it. That as many bytes came as were announced, and that
 * they are stored as they were sent, is all that is proven.
 */
export type CopyResult = (request: CopyRequest) => Promise<Result<StagedObject, Failure>>;
