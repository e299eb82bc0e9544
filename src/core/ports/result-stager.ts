import type { OutputFormat } from "../exporters/built-in-exporters.ts";
import type { Failure } from "../base/failure.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Result } from "../base/result.ts";
import type { ValueCheck } from "./record-counter.ts";
import type { Announced, ResultStream } from "./smartsync.ts";
import type { StagedResult } from "./stored-object.ts";

/** A transfer that was interrupted. */
export interface BrokenTransfer {
  /** How many records are stored: the transfer continues behind them. 0: it starts over. */
  readonly records: number;
  /** How many records had arrived whole. Those that are not stored arrived for nothing. */
  readonly received: number;
  readonly failure: Failure;
  /** How many attempts in a row have brought no further record. */
  readonly vainTries: number;
}

/** Opens the records behind those that are stored, as a document of its own; `null` if the server cannot begin there. */
export type OpenRest = (broken: BrokenTransfer) => Promise<Result<ResultStream | null, Failure>>;

export interface StageRequest {
  readonly result: ResultStream;
  readonly store: ObjectStore;
  readonly key: string;
  readonly outputFormat: OutputFormat;
  readonly announced: Announced;
  /** Inspects every value of the result on the way. */
  readonly check?: ValueCheck | undefined;
  readonly signal?: AbortSignal;
  /** Without it, a broken transfer fails. */
  readonly openRest?: OpenRest;
}

/**
 * Streams a result into a store with the memory of a few parts, and proves that it is complete before it can be committed: as many bytes
 * as announced, the gzip trailer and the document's end, as many records as announced. Any mismatch is a failure, and removes what was
 * uploaded.
 *
 * Gzip is stored byte for byte as it arrived. If the transfer of a large result breaks off, it continues behind the last whole record, and
 * the segments are joined. Gzip without an end cannot be continued, so a result that arrives as gzip starts over once to get there.
 */
export type StageResult = (request: StageRequest) => Promise<Result<StagedResult, Failure>>;
