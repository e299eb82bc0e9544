import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import type { Failure } from "../../src/core/base/failure.ts";
import type { Result } from "../../src/core/base/result.ts";
import type { StageRequest } from "../../src/core/ports/result-stager.ts";
import type { ResultStream } from "../../src/core/ports/smartsync.ts";
import type { StagedResult } from "../../src/core/ports/stored-object.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { createStageResult } from "../../src/storage/stage-result.ts";
import { type MemoryObjectStore, createMemoryObjectStore } from "../fakes/memory-object-store.ts";

export const RECORDS = 2000;
export const DOCUMENT = Buffer.from(
  JSON.stringify(Array.from({ length: RECORDS }, (_, index) => ({ agentId: index, name: `Müller ${index * 7919}`, date: "2026-11-22" }))),
);
export const ZIPPED = gzipSync(DOCUMENT);

export async function* inChunks(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export interface Staging {
  readonly outcome: Result<StagedResult, Failure>;
  readonly store: MemoryObjectStore;
  /** What the store was asked to do, `write` left out. */
  readonly operations: readonly string[];
  readonly body: BodyUse;
}

/** What became of a result's body. */
export interface BodyUse {
  readBytes: number;
  isReadToItsEnd: boolean;
  discards: number;
}

/** A result whose use is recorded. */
export function recordUse(result: Omit<ResultStream, "discard">): { readonly result: ResultStream; readonly use: BodyUse } {
  const use: BodyUse = { readBytes: 0, isReadToItsEnd: false, discards: 0 };
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of result.body) {
      use.readBytes += chunk.length;
      yield chunk;
    }
    use.isReadToItsEnd = true;
  }
  return { result: { ...result, body: body(), discard: () => void (use.discards += 1) }, use };
}

/** A body is discarded once, unless it was read to its end. */
export function isReleased({ isReadToItsEnd, discards }: BodyUse): boolean {
  return discards === (isReadToItsEnd ? 0 : 1);
}

type Change = Partial<Omit<StageRequest, "result">> & { readonly result?: Partial<Omit<ResultStream, "discard">> };

/** Stages the gzip document, whole and as announced, but for what the test changes. */
export async function stage(change: Change = {}): Promise<Staging> {
  const store = (change.store ?? createMemoryObjectStore()) as MemoryObjectStore;
  const { result, use } = recordUse({
    mediaType: "application/json",
    encoding: "gzip",
    announcedBytes: null,
    body: inChunks(ZIPPED),
    ...change.result,
  });
  const outcome = await createStageResult({ createRecordCounter })({
    key: "schedules/part-000.json.gz",
    outputFormat: "JSON",
    announced: { records: RECORDS, compressedBytes: null, uncompressedBytes: null },
    ...change,
    store,
    result,
  });
  return { outcome, store, operations: store.operations.map(({ operation }) => operation), body: use };
}

/** What is left after a staging, to be compared with `cleanedUp` or a success. */
export function remains({ outcome, operations, store, body }: Staging): Readonly<Record<string, unknown>> {
  const failure = outcome.ok ? null : outcome.error;
  return { failure, operations, staged: store.staged.size, visible: store.contents.size, isReleased: isReleased(body) };
}

/** Failed with this failure; everything uploaded was removed, and the body was released. */
export function cleanedUp(
  failure: Partial<Failure>,
  operations: readonly string[] = ["begin", "abort"],
): Readonly<Record<string, unknown>> {
  return { failure: expect.objectContaining(failure) as unknown, operations, staged: 0, visible: 0, isReleased: true };
}
