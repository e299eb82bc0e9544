import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Failure } from "../../src/core/base/failure.ts";
import { documentOf } from "../formats/record-documents.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import {
  DAMAGED_INSIDE,
  DOCUMENT,
  HALF,
  HALF_OF_THEM,
  RECORDS,
  SHAPE,
  STARTED_OVER,
  damageChecksum,
  page,
  run,
  stored,
} from "./broken-result.ts";
import type { Cut, SegmentServer } from "./segment-server.ts";
import { inChunks, isReleased, remains, cleanedUp } from "./stage-result-fixture.ts";

describe("a large result sent as gzip", () => {
  const gzip = { encoding: "gzip", chunkBytes: 100 } as const;

  test.each<[Cut["how"], Failure["reason"]]>([
    ["reset", "body-cut"],
    ["stall", "body-stalled"],
    ["short", "body-cut"],
    ["quiet", "gzip-damaged"],
  ])("that breaks off by a %s starts over from its first record, in another upload", async (how, reason) => {
    const staging = await run({ ...gzip, cuts: [{ at: 0.5, how }] });
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
    expect(staging.operations).toEqual([...STARTED_OVER, "finish"]);
    expect(staging.breaks).toEqual([{ records: 0, received: HALF_OF_THEM, failure: expect.objectContaining({ reason }), vainTries: 0 }]);
    expect([staging.body, ...staging.pages].every(isReleased)).toBe(true);
  });

  test("that breaks off again after that continues behind its last whole record, and does not start over again", async () => {
    const staging = await run({ ...gzip, cuts: [HALF, HALF, HALF] });
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
    expect(staging.operations).toEqual([...STARTED_OVER, "finish"]);
    const [, second, third] = staging.breaks;
    expect(staging.breaks).toHaveLength(3);
    expect(second).toMatchObject({ records: HALF_OF_THEM, vainTries: 0 });
    expect(third?.records).toBeGreaterThan(second?.records ?? 0);
    expect([staging.body, ...staging.pages].every(isReleased)).toBe(true);
  });

  test("whose first page breaks off before its second record asks for it again, and gives up after four attempts", async () => {
    const early: Cut = { at: 0.02, how: "reset" };
    const twice = await run({ ...gzip, cuts: [HALF, early] });
    expect(stored(twice).equals(DOCUMENT)).toBe(true);
    expect(twice.breaks).toMatchObject([{ records: 0 }, { records: 0, vainTries: 1 }]);
    const always = await run({ ...gzip, cuts: [HALF, ...RECORDS.map(() => early)] });
    expect(remains(always)).toEqual(cleanedUp({ reason: "body-cut" }, [...STARTED_OVER, "abort"]));
    expect(always.breaks.map(({ vainTries }) => vainTries)).toEqual([0, 1, 2, 3]);
  });

  test.each([
    ["damaged in the middle", DAMAGED_INSIDE],
    ["with a wrong checksum", damageChecksum(gzipSync(DOCUMENT))],
    ["followed by other bytes", Buffer.concat([gzipSync(DOCUMENT), Buffer.alloc(9)])],
  ])("%s has not broken off, and does not start over", async (_, bytes) => {
    const staging = await run({ ...gzip, cuts: [], whole: { announcedBytes: null, body: inChunks(bytes) } });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "gzip-damaged" }));
    expect(staging.breaks).toEqual([]);
  });

  test("starts over in pages that are as small as the server likes", async () => {
    const staging = await run({ ...gzip, answer: ({ records }) => page(documentOf(SHAPE, records, 90)) });
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
    expect(staging.breaks.map(({ records }) => records)).toEqual([0, 89, 178]);
  });

  test("is compared with the announced compressed size only if it is stored as it arrived", async () => {
    const announced = { compressedBytes: gzipSync(DOCUMENT).length + 1 };
    expect((await run({ ...gzip, announced })).outcome.ok).toBe(true);
    expect(remains(await run({ ...gzip, announced, cuts: [] }))).toEqual(cleanedUp({ reason: "bytes-differ", what: "compressed" }));
  });

  test("fails as it broke if the server does not page", async () => {
    const staging = await run({ ...gzip, answer: () => null });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "body-cut" }, [...STARTED_OVER, "abort"]));
    expect(staging.breaks).toHaveLength(1);
  });

  test("fails as the store fails when it starts over", async () => {
    const store = createMemoryObjectStore();
    const failure = { reason: "storage-full", target: "memory://bucket" } as const;
    const answer: SegmentServer["answer"] = (_, due) => {
      store.failNext("write", failure);
      return due();
    };
    expect(remains(await run({ ...gzip, store, answer }))).toEqual(cleanedUp(failure, [...STARTED_OVER, "abort"]));
  });
});
