import type { ResultFailure } from "../core/base/failure.ts";
import type { RecordCounter } from "../core/ports/record-counter.ts";
import { type Err, err, ok } from "../core/base/result.ts";
import {
  AFTER_ELEMENT,
  AFTER_MEMBER,
  CLOSE,
  CLOSE_ARRAY,
  DONE,
  ELEMENT,
  FIRST_ACTION,
  FIRST_KEY,
  FIRST_STRING,
  FIRST_VALUE,
  IS_PLAIN,
  NEXT_ELEMENT,
  OPEN_ARRAY,
  OPEN_OBJECT,
  SCALAR,
  START,
  TRANSITIONS,
} from "./json-transitions.ts";
import { createRecordPlaces, type RecordPlaces } from "./record-places.ts";

const MAX_DEPTH = 512;
const ARRAY = 1;
const OBJECT = 0;

/** Where the document stands between two tokens. */
interface Nesting {
  readonly kinds: Uint8Array;
  depth: number;
  /** The depth of the arrays whose elements are records; 0 until the document has begun. */
  recordDepth: number;
  hasList: boolean;
  records: number;
  readonly places: RecordPlaces;
}

/**
 * The vendor does not publish the shape of its JSON. Records are the elements of the top-level array or, where the top level is an
 * object, the elements of all arrays that are its direct members. A document without such an array is `document-malformed`.
 */
export function createJsonRecordCounter(): RecordCounter {
  const places = createRecordPlaces();
  const nesting: Nesting = { kinds: new Uint8Array(MAX_DEPTH + 1), depth: 0, recordDepth: 0, hasList: false, records: 0, places };
  let state = START;
  let position = 0;
  let failed: Err<ResultFailure> | null = null;

  return {
    push(chunk) {
      if (failed) return failed;
      places.inspect(chunk);
      const stop = scan(chunk, state, nesting);
      if (stop.state < FIRST_ACTION) {
        places.inspect(chunk);
        places.advance(chunk);
        state = stop.state;
        position += chunk.length;
        return ok(undefined);
      }
      const detail = describeStop(stop.state, { byte: chunk[stop.at] ?? 0, position: position + stop.at });
      failed = err({ reason: "document-malformed", detail });
      return failed;
    },
    end() {
      if (failed) return failed;
      if (state !== DONE) {
        const where = position === 0 ? "it is empty" : `${nesting.depth} levels are still open after ${position} bytes`;
        return err({ reason: "document-cut", detail: `the JSON document has no end: ${where}` });
      }
      if (!nesting.hasList) return err({ reason: "document-malformed", detail: "the JSON document has no list of records" });
      return ok(nesting.records);
    },
    openingBytes: () => places.first(),
    lastStart: () => places.last(),
    forPage: createJsonRecordCounter,
  };
}

interface Stop {
  /** The state, or the action by which the document is refused. */
  readonly state: number;
  readonly at: number;
}

/** The loop over all bytes uses only locals and two tables, because an imported constant would be loaded again for each byte. */
function scan(chunk: Uint8Array, from: number, nesting: Nesting): Stop {
  const { length } = chunk;
  const table = TRANSITIONS;
  const plain = IS_PLAIN;
  const firstString = FIRST_STRING << 8;
  const firstAction = FIRST_ACTION << 8;
  let row = from << 8;
  for (let index = 0; index < length; index += 1) {
    const next = table[row | (chunk[index] as number)] as number;
    if (next < firstString) {
      row = next;
    } else if (next < firstAction) {
      row = next;
      while (index + 1 < length && plain[chunk[index + 1] as number] === 1) index += 1;
    } else {
      const state = act(next >> 8, nesting, index);
      if (state >= FIRST_ACTION) return { state, at: index };
      row = state << 8;
    }
  }
  return { state: row >> 8, at: length };
}

/** The state after an action, or the action by which the document is refused. */
function act(action: number, nesting: Nesting, index: number): number {
  switch (action) {
    case NEXT_ELEMENT:
      if (nesting.depth === nesting.recordDepth) {
        nesting.records += 1;
        nesting.places.mark(index, nesting.records);
      }
      return ELEMENT;
    case OPEN_ARRAY:
      if (!open(ARRAY, nesting)) return OPEN_ARRAY;
      if (nesting.depth === nesting.recordDepth) nesting.places.mark(index, nesting.records);
      return FIRST_VALUE;
    case OPEN_OBJECT:
      return open(OBJECT, nesting) ? FIRST_KEY : OPEN_OBJECT;
    case CLOSE_ARRAY:
      if (nesting.depth === nesting.recordDepth) nesting.records += 1;
      return close(nesting);
    case CLOSE:
      return close(nesting);
    default:
      return action;
  }
}

function open(kind: number, nesting: Nesting): boolean {
  if (nesting.depth === MAX_DEPTH) return false;
  nesting.depth += 1;
  nesting.kinds[nesting.depth] = kind;
  if (nesting.depth === 1) nesting.recordDepth = kind === ARRAY ? 1 : 2;
  if (kind === ARRAY && nesting.depth === nesting.recordDepth) nesting.hasList = true;
  return true;
}

function close(nesting: Nesting): number {
  nesting.depth -= 1;
  if (nesting.depth === 0) return DONE;
  return nesting.kinds[nesting.depth] === ARRAY ? AFTER_ELEMENT : AFTER_MEMBER;
}

function describeStop(action: number, { byte, position }: { readonly byte: number; readonly position: number }): string {
  if (action === SCALAR) return "the JSON document has no list of records";
  if (action === OPEN_ARRAY || action === OPEN_OBJECT) return `the JSON document is nested deeper than ${MAX_DEPTH} levels`;
  const shown = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `0x${byte.toString(16).padStart(2, "0")}`;
  return `${shown} at byte ${position} cannot belong to a JSON document`;
}
