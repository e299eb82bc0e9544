import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "vitest";
import type { ResultStream } from "../../src/core/ports/smartsync.ts";
import { documentOf, type Shape } from "../formats/record-documents.ts";
import { type Cut, type SegmentServer, type SegmentStaging, stageInSegments } from "./segment-server.ts";
import { inChunks } from "./stage-result-fixture.ts";

export const RECORDS = Array.from({ length: 200 }, (_, index) => `{"agentId":${index},"name":"Müller ${index * 7919}"}`);
export const SHAPE: Shape = { format: "JSON", opening: "[\n", records: RECORDS, separators: RECORDS.map(() => ",\n"), closing: "\n]\n" };
export const DOCUMENT = documentOf(SHAPE);
export const HALF: Cut = { at: 0.5, how: "reset" };
/** The upload of gzip as it arrived is removed, and another one begins. */
export const STARTED_OVER = ["begin", "abort", "begin"];

/** Stages a large result, sent plain unless the test says otherwise, whose transfer breaks off half-way. */
export function run(server: Partial<SegmentServer> = {}, shape = SHAPE): Promise<SegmentStaging> {
  return stageInSegments(shape, { encoding: "identity", cuts: [HALF], chunkBytes: 500, ...server });
}

export function stored({ store }: SegmentStaging): Buffer {
  return gunzipSync([...store.staged.values()][0] ?? Buffer.alloc(0));
}

export function page(text: string | Buffer, change: Partial<ResultStream> = {}): ResultStream {
  const body = inChunks(Buffer.from(text));
  return { mediaType: "application/json", encoding: "identity", announcedBytes: null, body, discard: () => undefined, ...change };
}

function damage(gzip: Buffer, at: number): Buffer {
  const damaged = Buffer.from(gzip);
  damaged.writeUInt8(gzip.readUInt8(at) ^ 1, at);
  return damaged;
}

export function damageChecksum(gzip: Buffer): Buffer {
  return damage(gzip, gzip.length - 6);
}

/** Two gzip members, of which the second has a block with a wrong length. */
export const DAMAGED_INSIDE = Buffer.concat([
  gzipSync(DOCUMENT.subarray(0, 2000)),
  damage(gzipSync(DOCUMENT.subarray(2000), { level: 0 }), 11),
]);

export const HALF_OF_THEM = expect.toSatisfy((records: number) => records > 60 && records < 140) as number;
