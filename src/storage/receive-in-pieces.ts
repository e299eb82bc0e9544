import type { Failure } from "../core/failure.ts";
import type { Upload } from "../core/object-store.ts";
import type { RecordCounter } from "../core/record-counter.ts";
import { type Err, type Result, err, ok } from "../core/result.ts";
import type { BrokenTransfer, OpenRest, StageRequest } from "../core/result-stager.ts";
import { goesOn } from "../core/resume-result.ts";
import type { ResultStream } from "../core/smartsync.ts";
import { checkMediaType } from "./check-media-type.ts";
import { createGzipPacker } from "./gzip-packer.ts";
import { type Counted, proveCounted } from "./prove-result.ts";
import { type PieceEnd, receivePiece } from "./receive-piece.ts";
import { type Splice, createSplice } from "./splice.ts";
import { watchDocument } from "./watch-document.ts";

export interface ResumableRequest extends StageRequest {
  readonly openRest: OpenRest;
  readonly totalRecords: number;
}

/** The pieces so far. */
interface Pieces {
  readonly splice: Splice;
  readonly counter: RecordCounter;
  /** Records of the pieces before the present one. */
  records: number;
  count: number;
  wireBytes: number;
}

/**
 * Reads the body to its end into an upload, repacked; where the transfer breaks off, it goes on behind the last whole record. Every piece
 * is proven on its own, and what they make up as a result that came in one.
 */
export async function receiveInPieces(
  request: ResumableRequest,
  upload: Upload,
  counter: RecordCounter,
): Promise<Result<Counted, Failure>> {
  const packer = createGzipPacker(upload);
  const pieces: Pieces = { splice: createSplice(packer), counter, records: 0, count: 0, wireBytes: 0 };
  try {
    return await receiveAll(request, pieces);
  } finally {
    packer.close();
  }
}

async function receiveAll(request: ResumableRequest, pieces: Pieces): Promise<Result<Counted, Failure>> {
  let stream = request.result;
  let vainTries = 0;
  for (;;) {
    const end = await receiveNext(request, pieces, stream);
    if (end.how === "whole") return await conclude(request, pieces, end);
    if (end.how === "refused") return err(end.failure);
    const records = pieces.splice.breakOff();
    if (records === null || records >= request.totalRecords) return err(end.failure);
    vainTries = records > pieces.records ? 0 : vainTries + 1;
    pieces.records = records;
    const rest = await openRest(request, { records, failure: end.failure, vainTries });
    if (!rest.ok) return rest;
    ({ stream, vainTries } = rest.value);
  }
}

/** The first body is let go by whoever opened it. */
async function receiveNext(request: ResumableRequest, pieces: Pieces, stream: ResultStream): Promise<PieceEnd> {
  const { announced, signal, onProgress } = request;
  const counter = pieces.count === 0 ? pieces.counter : pieces.counter.forPage();
  const isPage = pieces.count > 0;
  const wireBytesBefore = pieces.wireBytes;
  pieces.count += 1;
  let end: PieceEnd | null = null;
  try {
    end = await receivePiece({
      stream,
      splice: pieces.splice,
      watch: (wireBytes) => watchDocument(counter, { announcedBytes: announced.uncompressedBytes, wireBytes }),
      signal,
      onProgress: (wireBytes) => {
        pieces.wireBytes = wireBytesBefore + wireBytes;
        onProgress?.(pieces.wireBytes);
      },
    });
    return isPage ? asPage(end, pieces.records, request.totalRecords) : end;
  } finally {
    if (isPage && end?.how !== "whole") stream.discard();
  }
}

/** A server may send smaller pages than it was asked for. */
function asPage(end: PieceEnd, recordsBefore: number, total: number): PieceEnd {
  if (end.how !== "whole" || recordsBefore + end.records >= total) return end;
  const detail = `its page ends after record ${recordsBefore + end.records} of ${total}`;
  return { how: "broken", failure: { reason: "document-cut", detail } };
}

interface Rest {
  readonly stream: ResultStream;
  readonly vainTries: number;
}

/** Asks for the rest until there is one, or until asking on is no use: then the last failure stands. */
async function openRest(request: ResumableRequest, broken: BrokenTransfer): Promise<Result<Rest, Failure>> {
  let { failure, vainTries } = broken;
  while (goesOn(failure, vainTries)) {
    const opened = await request.openRest({ ...broken, failure, vainTries });
    if (opened.ok) return opened.value ? fitting(request, { stream: opened.value, vainTries }) : err(failure);
    if (request.signal?.aborted) return INTERRUPTED;
    failure = opened.error;
    vainTries += 1;
  }
  return err(failure);
}

const INTERRUPTED: Err<Failure> = err({ reason: "interrupted" });

function fitting({ outputFormat, result }: ResumableRequest, rest: Rest): Result<Rest, Failure> {
  const first = checkMediaType(result.mediaType, outputFormat);
  const mediaType = checkMediaType(rest.stream.mediaType, outputFormat);
  if (first.ok && mediaType.ok && first.value === mediaType.value) return ok(rest);
  rest.stream.discard();
  return err({ reason: "media-type-differs", expected: result.mediaType, received: rest.stream.mediaType });
}

async function conclude(
  request: ResumableRequest,
  { splice, records, count }: Pieces,
  last: Extract<PieceEnd, { readonly how: "whole" }>,
): Promise<Result<Counted, Failure>> {
  const finished = await splice.finish();
  if (!finished.ok) return finished;
  const compressedBytes = count === 1 ? last.packedBytes : null;
  const counted = { records: records + last.records, uncompressedBytes: splice.bytes(), compressedBytes };
  const proven = proveCounted(counted, request.announced);
  return proven.ok ? ok(counted) : proven;
}
