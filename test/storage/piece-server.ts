import { gzipSync } from "node:zlib";
import type { Failure } from "../../src/core/failure.ts";
import { type Result, ok } from "../../src/core/result.ts";
import type { BrokenTransfer, OpenRest } from "../../src/core/result-stager.ts";
import { type ResultStream, TransferError } from "../../src/core/smartsync.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { createStageResult } from "../../src/storage/stage-result.ts";
import { createMemoryObjectStore, type MemoryObjectStore } from "../fakes/memory-object-store.ts";
import { documentOf, type Shape } from "../formats/record-documents.ts";
import { inChunks, type Staging } from "./stage-result-fixture.ts";

/** How a body ends, `at` so many of its bytes, from 0 to 1; what is announced stays what it was. */
export interface Cut {
  readonly at: number;
  readonly how: "reset" | "stall" | "short" | "quiet";
}

export interface PieceServer {
  readonly encoding: "gzip" | "identity";
  /** One per answer, the whole first; `null` and what follows them come whole. */
  readonly cuts: readonly (Cut | null)[];
  readonly chunkBytes?: number;
  /** Instead of the page that is due. */
  readonly answer?: (
    broken: BrokenTransfer,
    page: () => ResultStream,
  ) => Promise<Result<ResultStream | null, Failure>> | ResultStream | null;
  readonly announced?: {
    readonly uncompressedBytes?: number | null;
    readonly records?: number | null;
    readonly compressedBytes?: number | null;
  };
  readonly signal?: AbortSignal;
  readonly store?: MemoryObjectStore;
  readonly largeBytes?: number;
}

export interface PieceStaging extends Staging {
  /** What `openRest` was told, each time. */
  readonly breaks: readonly BrokenTransfer[];
  /** Bodies that were let go, the first one left out. */
  readonly pageDiscards: number;
}

const MEDIA_TYPES = { JSON: "application/json", PIPE: "text/plain", XML: "application/xml" } as const;

/** Stages a result of this shape from a server that pages, and that breaks off as it is told. */
export async function stageInPieces(shape: Shape, server: PieceServer): Promise<PieceStaging> {
  const store = server.store ?? createMemoryObjectStore();
  const breaks: BrokenTransfer[] = [];
  let discards = 0;
  let pageDiscards = 0;
  let answers = 0;
  const send = (first: number, discard: () => void): ResultStream => {
    const bytes = encode(documentOf(shape, first), server.encoding);
    const cut = server.cuts[answers] ?? null;
    answers += 1;
    const announcedBytes = cut?.how === "quiet" ? null : bytes.length;
    const body = cut ? cutBody(bytes, cut, server.chunkBytes) : inChunks(bytes, server.chunkBytes);
    return { mediaType: MEDIA_TYPES[shape.format], encoding: server.encoding, announcedBytes, body, discard };
  };
  const openRest: OpenRest = async (broken) => {
    breaks.push(broken);
    const page = () => send(broken.records, () => (pageDiscards += 1));
    const given = server.answer ? await server.answer(broken, page) : page();
    return given !== null && "ok" in given ? given : ok(given);
  };
  const outcome = await createStageResult({ createRecordCounter, largeBytes: server.largeBytes ?? 0 })({
    result: send(0, () => (discards += 1)),
    store,
    key: "schedules/part-000.gz",
    outputFormat: shape.format,
    announced: { records: shape.records.length, compressedBytes: null, uncompressedBytes: documentOf(shape).length, ...server.announced },
    openRest,
    ...(server.signal ? { signal: server.signal } : {}),
  });
  return { outcome, store, operations: store.operations.map(({ operation }) => operation), discards, breaks, pageDiscards };
}

function encode(document: Buffer, encoding: PieceServer["encoding"]): Buffer {
  return encoding === "gzip" ? gzipSync(document) : document;
}

async function* cutBody(bytes: Buffer, { at, how }: Cut, chunkBytes?: number): AsyncGenerator<Uint8Array> {
  const received = Math.min(Math.floor(at * bytes.length), bytes.length - 1);
  yield* inChunks(bytes.subarray(0, received), chunkBytes);
  if (how === "reset") throw new TransferError({ reason: "body-cut", received, detail: "connection reset" });
  if (how === "stall") throw new TransferError({ reason: "body-stalled", received, idleMs: 60_000 });
}
