import type { Failure } from "../core/base/failure.ts";
import type { RecordCounter } from "../core/ports/record-counter.ts";
import { type Result, ok } from "../core/base/result.ts";
import { type Decoder, createDecoder } from "./decoder.ts";
import type { Transfer } from "./transfer.ts";

/** The transfer stopped early. What arrived before is good. */
export interface Broken {
  readonly how: "broken";
  readonly failure: Failure;
  /** How many records of the segment had arrived whole. */
  readonly received: number;
}

/** Something is wrong with the bytes, or the store failed. */
export interface Refused {
  readonly how: "refused";
  readonly failure: Failure;
}

export type SegmentEnd = { readonly how: "whole"; readonly records: number } | Broken | Refused;

/** Where the bytes of a segment go. Each call resolves when there is room for more. */
export interface Sink {
  /** Bytes as they were sent. */
  writeSent?(chunk: Uint8Array): Promise<Result<void, Failure>>;
  /** Bytes of the document. */
  writeDocument(chunk: Uint8Array): Promise<Result<void, Failure>>;
}

export interface Segment {
  readonly transfer: Transfer;
  readonly sink: Sink;
  /** Reads the document that the sink passes on to it. */
  readonly document: Pick<RecordCounter, "end" | "lastStart">;
}

/**
 * Reads a transfer to its end and proves it, from the outermost layer inwards: the length, the encoding, the document. Wrong bytes end it at
 * once.
 */
export async function receiveSegment(segment: Segment): Promise<SegmentEnd> {
  const decoder = createDecoder(segment.transfer.sentAs);
  try {
    return await receive(segment, decoder);
  } finally {
    decoder.close();
    segment.transfer.close();
  }
}

/** Damaged gzip is no cut: what was decoded before the damage may be wrong as well. */
export function endOf(failure: Failure, received = 0): Broken | Refused {
  const isCut = failure.reason === "body-cut" || failure.reason === "body-stalled" || failure.reason === "document-cut";
  return isCut ? { how: "broken", failure, received } : { how: "refused", failure };
}

async function receive({ transfer, sink, document }: Segment, decoder: Decoder): Promise<SegmentEnd> {
  const received = (): number => document.lastStart()?.records ?? 0;
  const poured = await transfer.pour((chunk) => writeChunk(sink, decoder, chunk));
  if (!poured.ok) return endOf(poured.error, received());
  const last = await decoder.end();
  if (!last.ok) return { how: "broken", failure: last.error, received: received() };
  const written = await writeDocument(sink, last.value);
  if (!written.ok) return endOf(written.error);
  const alone = decoder.proveNothingFollows();
  if (!alone.ok) return endOf(alone.error);
  const records = document.end();
  return records.ok ? { how: "whole", records: records.value } : endOf(records.error, received());
}

/** Decodes on another thread while the bytes as sent are stored. */
async function writeChunk(sink: Sink, decoder: Decoder, chunk: Uint8Array): Promise<Result<void, Failure>> {
  const [read, stored] = await Promise.all([decodeInto(sink, decoder, chunk), sink.writeSent?.(chunk) ?? ok(undefined)]);
  return read.ok ? stored : read;
}

async function decodeInto(sink: Sink, decoder: Decoder, chunk: Uint8Array): Promise<Result<void, Failure>> {
  for (const share of decoder.split(chunk)) {
    const decoded = await decoder.decode(share);
    if (!decoded.ok) return decoded;
    const written = await writeDocument(sink, decoded.value);
    if (!written.ok) return written;
  }
  return ok(undefined);
}

async function writeDocument(sink: Sink, chunks: readonly Uint8Array[]): Promise<Result<void, Failure>> {
  for (const chunk of chunks) {
    const written = await sink.writeDocument(chunk);
    if (!written.ok) return written;
  }
  return ok(undefined);
}
