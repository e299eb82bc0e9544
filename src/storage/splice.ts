import type { Failure, ResultFailure } from "../core/base/failure.ts";
import { type Err, type Result, err, ok } from "../core/base/result.ts";
import type { GzipPacker } from "./gzip-packer.ts";
import type { DocumentWatch } from "./watch-document.ts";

/** Makes one document of segments that are documents of their own: each continues where the one before it broke off. */
export interface Splice {
  /** The segment that is written next, as its reader sees it. */
  begin(document: DocumentWatch): void;
  write(chunk: Uint8Array): Promise<Result<void, Failure>>;
  /** Drops the record that had only begun. How many whole records are stored; `null` if something else is stored that cannot be continued. */
  breakOff(): number | null;
  /** The last segment was whole: stores what was held back as well. */
  finish(): Promise<Result<void, Failure>>;
  /** Bytes of the document that are stored, before compression. */
  bytes(): number;
}

/** A larger record is stored as it arrives. Until the next one begins, nothing can continue it. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;
/** The end of what was held and the chunk that came next are compressed as one: each call of zlib costs more than a copy. */
const MAX_JOINED_BYTES = 1024 * 1024;
/** The opening of the document is kept for comparison. Nothing can continue a document whose opening is larger. */
const MAX_OPENING_BYTES = 64 * 1024;

interface Segment {
  readonly document: DocumentWatch;
  /** Records that are stored before it. */
  readonly recordsBefore: number;
  /** Whether its opening has been read. */
  isOpen: boolean;
  /** Chunks that are not stored yet, and where in the segment they begin. */
  held: Uint8Array[];
  heldBytes: number;
  heldFrom: number;
}

/**
 * Only whole records are stored, so that a break leaves nothing to remove: the next segment begins with the record that was cut. It must open
 * as the first segment did, and its opening is left out.
 */
export function createSplice(packer: Pick<GzipPacker, "write" | "end">): Splice {
  let opening: Buffer | null = null;
  let storedBytes = 0;
  let records = 0;
  let segment: Segment | null = null;

  const current = (): Segment => {
    if (!segment) throw new Error("no segment was begun");
    return segment;
  };

  async function store(bytes: number): Promise<Result<void, Failure>> {
    for (const chunk of joinSmall(take(current(), bytes))) {
      storedBytes += chunk.length;
      const packed = await packer.write(chunk);
      if (!packed.ok) return packed;
    }
    return ok(undefined);
  }

  /** The first segment's opening is kept and stored; that of a later one must be equal. */
  function open(openingBytes: number): Result<void, ResultFailure> {
    const head = Buffer.concat(current().held).subarray(0, openingBytes);
    if (current().recordsBefore > 0) return opening?.equals(head) ? leaveOut(current(), openingBytes) : misfit(current().recordsBefore);
    opening = openingBytes <= MAX_OPENING_BYTES ? Buffer.from(head) : null;
    return ok(undefined);
  }

  return {
    begin(document) {
      segment = { document, recordsBefore: records, isOpen: false, held: [], heldBytes: 0, heldFrom: 0 };
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
      const hasWhole = start !== null && recordsBefore + start.records > 0;
      const stored = hasWhole ? await store(start.bytes - current().heldFrom) : ok(undefined);
      if (!stored.ok || current().heldBytes <= MAX_HELD_BYTES) return stored;
      return current().isOpen || recordsBefore === 0 ? await store(Infinity) : misfit(recordsBefore);
    },
    breakOff() {
      if (storedBytes === 0) return 0;
      const { recordsBefore, isOpen } = current();
      if (!isOpen) return recordsBefore === 0 ? null : records;
      const whole = opening === null ? null : wholeRecords(current());
      if (whole !== null) records = whole;
      return whole;
    },
    async finish() {
      const stored = await store(Infinity);
      return stored.ok ? await packer.end() : stored;
    },
    bytes: () => storedBytes,
  };
}

function joinSmall(chunks: readonly Uint8Array[]): readonly Uint8Array[] {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return chunks.length > 1 && bytes <= MAX_JOINED_BYTES ? [Buffer.concat(chunks)] : chunks;
}

/** How many whole records are stored; `null` if part of one is stored as well. */
function wholeRecords({ document, recordsBefore, heldFrom }: Segment): number | null {
  const start = document.lastStart();
  return start !== null && heldFrom === start.bytes ? recordsBefore + start.records : null;
}

function leaveOut(segment: Segment, bytes: number): Result<void, never> {
  take(segment, bytes);
  return ok(undefined);
}

function misfit(recordsBefore: number): Err<ResultFailure> {
  return err({ reason: "pages-differ", detail: `the page from record ${recordsBefore + 1} on does not open as the first one did` });
}

function hold(segment: Segment, chunk: Uint8Array): void {
  segment.held.push(chunk);
  segment.heldBytes += chunk.length;
}

/** Removes the first bytes of what is held. */
function take(segment: Segment, bytes: number): readonly Uint8Array[] {
  const taken: Uint8Array[] = [];
  let left = Math.min(bytes, segment.heldBytes);
  while (left > 0) {
    const [chunk] = segment.held as [Uint8Array];
    const share = chunk.length <= left ? chunk : chunk.subarray(0, left);
    if (share === chunk) segment.held.shift();
    else segment.held[0] = chunk.subarray(share.length);
    taken.push(share);
    left -= share.length;
    segment.heldBytes -= share.length;
    segment.heldFrom += share.length;
  }
  return taken;
}
