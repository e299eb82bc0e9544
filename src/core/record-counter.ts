import type { OutputFormat } from "./exporter-catalog.ts";
import type { ResultFailure } from "./failure.ts";
import type { Result } from "./result.ts";

/** Where a record begins. */
export interface RecordStart {
  /** How many records come before it. */
  readonly records: number;
  /** How many bytes of the document come before it. */
  readonly bytes: number;
}

/**
 * Reads a result's document as it streams by, in the memory of one token: counts its records, and proves that it is whole.
 * Chunks may be cut anywhere. After a failure every further call answers with that failure.
 */
export interface RecordCounter {
  /** `document-malformed` at the first byte that cannot belong to a document of records. */
  push(chunk: Uint8Array): Result<void, ResultFailure>;
  /** The number of records; `document-cut` when the document is not over yet. */
  end(): Result<number, ResultFailure>;
  /** How many bytes open the document before its first record; `null` until that has begun. */
  openingBytes(): number | null;
  /** The last record that is known to have begun; it may be one record or one chunk behind. `null` before the first. */
  lastStart(): RecordStart | null;
  /** A counter for a page of the same document: it keeps what all of its records have in common. */
  forPage(): RecordCounter;
}

/** Looks at the values of a document while its records are counted. */
export interface ValueCheck {
  /** The columns of a PIPE document without a header, in order; `null` where they are not known. */
  readonly columns: readonly string[] | null;
  /** What the value, under the name that it has in the document, shows to be wrong; `null` for nothing. */
  check(name: string, value: string): ResultFailure | null;
}

export type CreateRecordCounter = (format: OutputFormat, check?: ValueCheck) => RecordCounter;
