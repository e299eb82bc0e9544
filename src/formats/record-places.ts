import type { RecordStart } from "../core/ports/record-counter.ts";

const CLOSE_BRACKET = 0x5d;
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** A place in the document behind which a record begins, after any blanks. */
interface Mark {
  readonly records: number;
  readonly bytes: number;
}

/**
 * Remembers where the records of a JSON document begin. Only the first and the last one of a chunk are searched, so that the cost does not
 * depend on how many there are.
 */
export interface RecordPlaces {
  /** A list opens, or continues after a comma, at this byte of the current chunk. */
  mark(index: number, records: number): void;
  /** Searches the current chunk, before it is scanned and after. */
  inspect(chunk: Uint8Array): void;
  /** The chunk after this one is the current one from now on. */
  advance(chunk: Uint8Array): void;
  first(): number | null;
  last(): RecordStart | null;
}

export function createRecordPlaces(): RecordPlaces {
  let position = 0;
  let first: number | null = null;
  let last: RecordStart | null = null;
  let firstMark: Mark | null = null;
  let lastIndex = -1;
  let lastRecords = 0;
  let lastMark: Mark | null = null;

  /** Where the record begins; `null` if that is not in this chunk, `"none"` if the list has ended instead. */
  function find(mark: Mark, chunk: Uint8Array): RecordStart | "none" | null {
    let index = Math.max(0, mark.bytes - position);
    while (index < chunk.length && BLANKS.has(chunk[index] as number)) index += 1;
    if (index >= chunk.length) return null;
    return chunk[index] === CLOSE_BRACKET ? "none" : { records: mark.records, bytes: position + index };
  }

  return {
    mark(index, records) {
      lastIndex = index;
      lastRecords = records;
      if (records === 0) firstMark = { records, bytes: position + index + 1 };
    },
    inspect(chunk) {
      if (lastIndex >= 0) lastMark = { records: lastRecords, bytes: position + lastIndex + 1 };
      lastIndex = -1;
      if (firstMark !== null && first === null) {
        const found = find(firstMark, chunk);
        if (found !== null) firstMark = null;
        if (found !== null && found !== "none") {
          first = found.bytes;
          last = found;
        }
      }
      if (lastMark === null) return;
      const found = find(lastMark, chunk);
      if (found !== null) lastMark = null;
      if (found !== null && found !== "none") last = found;
    },
    advance(chunk) {
      position += chunk.length;
    },
    first: () => first,
    last: () => last,
  };
}
