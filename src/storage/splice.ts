import type { Failure, ResultFailure } from "../core/failure.ts";
import { type Err, type Result, err, ok } from "../core/result.ts";
import type { GzipPacker } from "./gzip-packer.ts";
import type { DocumentWatch } from "./watch-document.ts";

/** Makes one document of pieces, each a document of its own: a later one goes on where the one before it broke off. */
export interface Splice {
  /** The piece that is written next, as its reader sees it. */
  begin(document: DocumentWatch): void;
  write(chunk: Uint8Array): Promise<Result<void, Failure>>;
  /** Drops what was only begun, and tells how many records are safe; `null` when nothing can be put behind them. */
  breakOff(): number | null;
  /** The last piece was whole: stores what was held back, too. */
  finish(): Promise<Result<void, Failure>>;
  /** Stored bytes of the document, before packing. */
  bytes(): number;
}

/** A record that is larger is stored as it comes; until the next one begins, nothing can be put behind it. */
const MOST_HELD_BYTES = 16 * 1024 * 1024;
/** What opens a document is kept to be compared. Where it is larger, nothing can go on. */
const MOST_OPENING_BYTES = 64 * 1024;

interface Piece {
  readonly document: DocumentWatch;
  /** Records that are safe before it. */
  readonly recordsBefore: number;
  /** Whether its opening was dealt with. */
  isOpen: boolean;
  /** Chunks that are not stored yet, and where in the piece they begin. */
  held: Uint8Array[];
  heldBytes: number;
  heldFrom: number;
}

/**
 * Only what comes before a record that has begun is stored at once, so that a cut leaves nothing to be taken back: the rest goes on with
 * that record. A later piece must open as the first did, and its opening is left out.
 */
export function createSplice(packer: Pick<GzipPacker, "write" | "end">): Splice {
  let opening: Buffer | null = null;
  let storedBytes = 0;
  let records = 0;
  let piece: Piece | null = null;

  const current = (): Piece => {
    if (!piece) throw new Error("no piece was begun");
    return piece;
  };

  async function store(bytes: number): Promise<Result<void, Failure>> {
    for (const chunk of take(current(), bytes)) {
      storedBytes += chunk.length;
      const packed = await packer.write(chunk);
      if (!packed.ok) return packed;
    }
    return ok(undefined);
  }

  /** Compares the opening with the first piece's, whose own is stored. */
  function open(at: number): Result<void, ResultFailure> {
    const head = Buffer.concat(current().held).subarray(0, at);
    if (current().recordsBefore > 0) return opening?.equals(head) ? leaveOut(current(), at) : misfit(current().recordsBefore);
    if (at <= MOST_OPENING_BYTES) opening = Buffer.from(head);
    return ok(undefined);
  }

  return {
    begin(document) {
      piece = beginPiece(document, records);
    },
    async write(chunk) {
      const { document, recordsBefore } = current();
      const seen = document.push(chunk);
      if (!seen.ok) return seen;
      hold(current(), chunk);
      const openingBytes = document.openingBytes();
      if (!current().isOpen && openingBytes !== null) {
        current().isOpen = true;
        const opened = open(openingBytes);
        if (!opened.ok) return opened;
      }
      const start = document.lastStart();
      const stored = start ? await store(start.bytes - current().heldFrom) : ok(undefined);
      if (!stored.ok || current().heldBytes <= MOST_HELD_BYTES) return stored;
      return current().isOpen || recordsBefore === 0 ? await store(Infinity) : misfit(recordsBefore);
    },
    breakOff() {
      const { recordsBefore, isOpen } = current();
      if (!isOpen) return recordsBefore === 0 ? null : records;
      const whole = opening === null ? null : wholeRecords(current());
      if (whole === null) return null;
      records = whole;
      return records === 0 ? null : records;
    },
    async finish() {
      const stored = await store(Infinity);
      return stored.ok ? await packer.end() : stored;
    },
    bytes: () => storedBytes,
  };
}

function beginPiece(document: DocumentWatch, recordsBefore: number): Piece {
  return { document, recordsBefore, isOpen: false, held: [], heldBytes: 0, heldFrom: 0 };
}

/** How many records are stored; `null` when part of one is stored as well. */
function wholeRecords({ document, recordsBefore, heldFrom }: Piece): number | null {
  const start = document.lastStart();
  return start !== null && heldFrom === start.bytes ? recordsBefore + start.records : null;
}

function leaveOut(piece: Piece, bytes: number): Result<void, never> {
  take(piece, bytes);
  return ok(undefined);
}

function misfit(recordsBefore: number): Err<ResultFailure> {
  return err({ reason: "pages-differ", detail: `from record ${recordsBefore + 1} on, it does not open as the whole did` });
}

function hold(piece: Piece, chunk: Uint8Array): void {
  piece.held.push(chunk);
  piece.heldBytes += chunk.length;
}

/** Takes the first bytes out of what is held. */
function take(piece: Piece, bytes: number): readonly Uint8Array[] {
  const taken: Uint8Array[] = [];
  let left = Math.min(bytes, piece.heldBytes);
  while (left > 0) {
    const [chunk] = piece.held as [Uint8Array];
    const part = chunk.length <= left ? chunk : chunk.subarray(0, left);
    if (part === chunk) piece.held.shift();
    else piece.held[0] = chunk.subarray(part.length);
    taken.push(part);
    left -= part.length;
    piece.heldBytes -= part.length;
    piece.heldFrom += part.length;
  }
  return taken;
}
