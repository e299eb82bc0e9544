import { gzipSync } from "node:zlib";
import type { Failure } from "../../src/core/base/failure.ts";
import { type Result, ok } from "../../src/core/base/result.ts";
import type { BrokenTransfer, OpenRest } from "../../src/core/ports/result-stager.ts";
import { type ResultStream, TransferError } from "../../src/core/ports/smartsync.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { createStageResult } from "../../src/storage/stage-result.ts";
import { createMemoryObjectStore, type MemoryObjectStore } from "../fakes/memory-object-store.ts";
import { documentOf, type Shape } from "../formats/record-documents.ts";
import { type BodyUse, inChunks, recordUse, type Staging } from "./stage-result-fixture.ts";

/** How a body ends early, `at` so many of its bytes, from 0 to 1. What is announced stays what it was. */
export interface Cut {
  readonly at: number;
  readonly how: "reset" | "stall" | "short" | "quiet";
}

export interface SegmentServer {
  readonly encoding: "gzip" | "identity";
  /** One per answer, the first result included. An answer with `null`, or without a cut, is whole. */
  readonly cuts: readonly (Cut | null)[];
  readonly chunkBytes?: number;
  /** Instead of the result that comes first. */
  readonly whole?: Partial<Pick<ResultStream, "encoding" | "body" | "announcedBytes">>;
  /** Instead of the page that was requested. */
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

export interface SegmentStaging extends Staging {
  /** What `openRest` was given, each time. */
  readonly breaks: readonly BrokenTransfer[];
  /** What became of the pages' bodies. */
  readonly pages: readonly BodyUse[];
}

const MEDIA_TYPES = { JSON: "application/json", PIPE: "text/plain", XML: "application/xml" } as const;

/** Stages a result of this shape from a server that pages, and that breaks off when the test says so. */
export async function stageInSegments(shape: Shape, server: SegmentServer): Promise<SegmentStaging> {
  const store = server.store ?? createMemoryObjectStore();
  const breaks: BrokenTransfer[] = [];
  const pages: BodyUse[] = [];
  let answers = 0;
  const send = (first: number, change: SegmentServer["whole"] = {}): ReturnType<typeof recordUse> => {
    const bytes = encode(documentOf(shape, first), server.encoding);
    const cut = server.cuts[answers] ?? null;
    answers += 1;
    const announcedBytes = cut?.how === "quiet" ? null : bytes.length;
    const body = cut ? cutBody(bytes, cut, server.chunkBytes) : inChunks(bytes, server.chunkBytes);
    return recordUse({ mediaType: MEDIA_TYPES[shape.format], encoding: server.encoding, announcedBytes, body, ...change });
  };
  const sendPage = (first: number): ResultStream => {
    const { result, use } = send(first);
    pages.push(use);
    return result;
  };
  const openRest: OpenRest = async (broken) => {
    breaks.push(broken);
    const page = () => sendPage(broken.records);
    const given = server.answer ? await server.answer(broken, page) : page();
    return given !== null && "ok" in given ? given : ok(given);
  };
  const whole = send(0, server.whole);
  const outcome = await createStageResult({ createRecordCounter, largeBytes: server.largeBytes ?? 0 })({
    result: whole.result,
    store,
    key: "schedules/part-000.gz",
    outputFormat: shape.format,
    announced: { records: shape.records.length, compressedBytes: null, uncompressedBytes: documentOf(shape).length, ...server.announced },
    openRest,
    ...(server.signal ? { signal: server.signal } : {}),
  });
  return { outcome, store, operations: store.operations.map(({ operation }) => operation), body: whole.use, breaks, pages };
}

function encode(document: Buffer, encoding: SegmentServer["encoding"]): Buffer {
  return encoding === "gzip" ? gzipSync(document) : document;
}

async function* cutBody(bytes: Buffer, { at, how }: Cut, chunkBytes?: number): AsyncGenerator<Uint8Array> {
  const received = Math.min(Math.floor(at * bytes.length), bytes.length - 1);
  yield* inChunks(bytes.subarray(0, received), chunkBytes);
  if (how === "reset") throw new TransferError({ reason: "body-cut", received, detail: "connection reset" });
  if (how === "stall") throw new TransferError({ reason: "body-stalled", received, idleMs: 60_000 });
}
