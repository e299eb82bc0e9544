import type { OutputFormat } from "./exporter-catalog.ts";
import type { Failure } from "./failure.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Result } from "./result.ts";
import type { ValueCheck } from "./record-counter.ts";
import type { Announced, ResultStream } from "./smartsync.ts";
import type { StagedResult } from "./stored-object.ts";

/** A transfer that broke off. */
export interface BrokenTransfer {
  /** How many records are safe: it goes on behind them. */
  readonly records: number;
  readonly failure: Failure;
  /** How many tries since then have brought nothing. */
  readonly vainTries: number;
}

/** Opens what comes behind the records that are safe, as a document of its own; `null` where the server cannot begin there. */
export type OpenRest = (broken: BrokenTransfer) => Promise<Result<ResultStream | null, Failure>>;

export interface StageRequest {
  readonly result: ResultStream;
  readonly store: ObjectStore;
  readonly key: string;
  readonly outputFormat: OutputFormat;
  readonly announced: Announced;
  /** What else the result is held against on the way. */
  readonly check?: ValueCheck | undefined;
  readonly signal?: AbortSignal;
  /** Without it, a broken transfer is the end. */
  readonly openRest?: OpenRest;
  /** Told now and then how many wire bytes have come. */
  readonly onProgress?: (wireBytes: number) => void;
}

/**
 * Streams a result into a store with the memory of a few parts, and proves it whole before it can be committed: bytes received =
 * bytes announced, the gzip trailer and the document's end are there, records counted = records announced.
 * Any mismatch is a failure, and takes back what was sent. A large result whose transfer breaks off goes on behind its last whole
 * record, in the same upload.
 */
export type StageResult = (request: StageRequest) => Promise<Result<StagedResult, Failure>>;
