import type { OutputFormat } from "../exporters/built-in-exporters.ts";
import type { ResultFailure } from "../base/failure.ts";
import type { Result } from "../base/result.ts";

/** Where a record begins. */
export interface RecordStart {
  /** How many records precede it. */
  readonly records: number;
  /** How many bytes of the document precede it. */
  readonly bytes: number;
}

/**
 * Reads the document of a result while it is transferred: counts its records, and proves that it is complete. It needs the memory of one
 * token. The document may be divided into buffers anywhere. After a failure every further call returns that failure.
 */
export interface RecordCounter {
  /** `document-malformed` at the first byte that cannot belong to a document of records. */
  push(bytes: Uint8Array): Result<void, ResultFailure>;
  /** The number of records; `document-cut`: the end of the document is missing. */
  end(): Result<number, ResultFailure>;
  /** How many bytes of the document precede its first record; `null` until the first record has begun. */
  openingBytes(): number | null;
  /** The last record that is known to have begun. It may lag behind by one record or one buffer. `null` before the first. */
  lastStart(): RecordStart | null;
  /** A counter for another page of the same document. It knows what all records of the document have in common. */
  forPage(): RecordCounter;
}

/** Checks the values of a document while its records are counted. */
export interface ValueCheck {
  /** The columns of a PIPE document without a header, in order; `null`: they are not known. */
  readonly columns: readonly string[] | null;
  /** The failure that a value proves, given its name in the document; `null`: none. */
  check(name: string, value: string): ResultFailure | null;
}

export type CreateRecordCounter = (format: OutputFormat, check?: ValueCheck) => RecordCounter;
