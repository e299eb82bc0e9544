import type { Failure } from "../base/failure.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Result } from "../base/result.ts";
import type { ResultStream } from "./smartsync.ts";
import type { StagedObject } from "./stored-object.ts";

export interface CopyRequest {
  readonly result: ResultStream;
  readonly store: ObjectStore;
  readonly key: string;
  readonly signal?: AbortSignal;
}

/**
 * Stores a result byte for byte as it arrives, without reading its content. This proves only that as many bytes arrived as HTTP announced,
 * and that they were stored as they were sent.
 */
export type CopyResult = (request: CopyRequest) => Promise<Result<StagedObject, Failure>>;
