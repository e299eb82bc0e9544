import type { Failure } from "../core/failure.ts";
import { type Result, ok } from "../core/result.ts";
import type { ResultStream } from "../core/smartsync.ts";
import { type Decoder, createDecoder } from "./decoder.ts";
import { proveReceived } from "./prove-result.ts";
import type { Splice } from "./splice.ts";
import { type Transfer, beginTransfer, type TransferOptions } from "./transfer.ts";
import type { DocumentWatch } from "./watch-document.ts";

/** How a piece ended. `broken`: what came of it is good as far as it goes. `refused`: something is wrong with the bytes, or the store. */
export type PieceEnd =
  | { readonly how: "whole"; readonly records: number; readonly packedBytes: number | null }
  | { readonly how: "broken"; readonly failure: Failure }
  | { readonly how: "refused"; readonly failure: Failure };

export interface PieceRequest extends TransferOptions {
  readonly stream: ResultStream;
  readonly splice: Splice;
  /** A reader of the piece, which is told how many wire bytes have come. */
  readonly watch: (wireBytes: () => number) => DocumentWatch;
}

interface Reception {
  readonly transfer: Transfer;
  readonly decoder: Decoder;
  readonly document: DocumentWatch;
}

/** Wire bytes that are decoded at once: what comes out of them is held in memory. */
const DECODED_AT_ONCE_BYTES = 32 * 1024;

/** Reads a piece into the splice, and proves its own transfer, from the outermost layer on: the length, the encoding, the document. */
export async function receivePiece(request: PieceRequest): Promise<PieceEnd> {
  let transfer: Transfer | null = null;
  const document = request.watch(() => transfer?.bytes() ?? 0);
  request.splice.begin(document);
  const begun = await beginTransfer(request.stream, request);
  if (!begun.ok) return endOf(begun.error);
  transfer = begun.value;
  const decoder = createDecoder(transfer.sentAs);
  try {
    return await receive(request, { transfer, decoder, document });
  } finally {
    decoder.close();
    transfer.close();
  }
}

async function receive({ stream, splice }: PieceRequest, { transfer, decoder, document }: Reception): Promise<PieceEnd> {
  const poured = await transfer.pour((chunk) => decodeInto(splice, decoder, chunk));
  if (!poured.ok) return endOf(poured.error);
  const received = proveReceived(transfer.bytes(), stream.announcedBytes);
  if (!received.ok) return endOf(received.error);
  const decoded = await decoder.end();
  if (!decoded.ok) return { how: "broken", failure: decoded.error };
  const written = await writeAll(splice, decoded.value);
  if (!written.ok) return endOf(written.error);
  const records = document.end();
  if (!records.ok) return endOf(records.error);
  return { how: "whole", records: records.value, packedBytes: transfer.sentAs === "gzip" ? transfer.bytes() : null };
}

/** Of a transfer; what is wrong with gzip before its end is damage, and no cut. */
function endOf(failure: Failure): PieceEnd {
  const isCut = failure.reason === "body-cut" || failure.reason === "body-stalled" || failure.reason === "document-cut";
  return { how: isCut ? "broken" : "refused", failure };
}

async function decodeInto(splice: Splice, decoder: Decoder, chunk: Uint8Array): Promise<Result<void, Failure>> {
  for (let at = 0; at < chunk.length; at += DECODED_AT_ONCE_BYTES) {
    const decoded = await decoder.decode(chunk.subarray(at, at + DECODED_AT_ONCE_BYTES));
    if (!decoded.ok) return decoded;
    const written = await writeAll(splice, decoded.value);
    if (!written.ok) return written;
  }
  return ok(undefined);
}

async function writeAll(splice: Splice, chunks: readonly Uint8Array[]): Promise<Result<void, Failure>> {
  for (const chunk of chunks) {
    const written = await splice.write(chunk);
    if (!written.ok) return written;
  }
  return ok(undefined);
}
