import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import type { Failure } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/result.ts";
import type { StageRequest } from "../../src/core/result-stager.ts";
import type { ResultStream } from "../../src/core/smartsync.ts";
import type { StagedResult } from "../../src/core/stored-object.ts";
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
  /** What was asked of the store, `write` left out. */
  readonly operations: readonly string[];
  readonly discards: number;
}

type Change = Partial<Omit<StageRequest, "result">> & { readonly result?: Partial<ResultStream> };

/** Stages the gzip document, whole and as announced, but for what the test changes. */
export async function stage(change: Change = {}): Promise<Staging> {
  const store = (change.store ?? createMemoryObjectStore()) as MemoryObjectStore;
  let discards = 0;
  const outcome = await createStageResult({ createRecordCounter })({
    key: "schedules/part-000.json.gz",
    outputFormat: "JSON",
    announced: { records: RECORDS, compressedBytes: null, uncompressedBytes: null },
    ...change,
    store,
    result: {
      mediaType: "application/json",
      encoding: "gzip",
      announcedBytes: null,
      body: inChunks(ZIPPED),
      ...change.result,
      discard: () => {
        discards += 1;
        change.result?.discard?.();
      },
    },
  });
  return { outcome, store, operations: store.operations.map(({ operation }) => operation), discards };
}

/** What is left of a staging, to be compared with `takenBack` or a success. */
export function remains({ outcome, operations, store, discards }: Staging): Readonly<Record<string, unknown>> {
  const failure = outcome.ok ? null : outcome.error;
  return { failure, operations, staged: store.staged.size, visible: store.contents.size, discards };
}

/** Failed by this name, everything taken back, and the transfer let go. */
export function takenBack(
  failure: Partial<Failure>,
  operations: readonly string[] = ["begin", "abort"],
): Readonly<Record<string, unknown>> {
  return { failure: expect.objectContaining(failure) as unknown, operations, staged: 0, visible: 0, discards: 1 };
}
