import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Failure } from "../../src/core/base/failure.ts";
import { err, ok } from "../../src/core/base/result.ts";
import type { ResultStream } from "../../src/core/ports/smartsync.ts";
import { documentOf, type Shape } from "../formats/record-documents.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { DOCUMENT, HALF_OF_THEM, RECORDS, SHAPE, STARTED_OVER, damageChecksum, page, run, stored } from "./broken-result.ts";
import type { Cut, SegmentServer } from "./segment-server.ts";
import { isReleased, recordUse, remains, cleanedUp } from "./stage-result-fixture.ts";

const DOWN: Failure = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" };

describe("a large result sent plain", () => {
  test.each<[Cut["how"], Failure["reason"]]>([
    ["reset", "body-cut"],
    ["stall", "body-stalled"],
    ["short", "body-cut"],
    ["quiet", "document-cut"],
  ])("that breaks off by a %s continues behind its last whole record, in the same upload", async (how, reason) => {
    const staging = await run({ cuts: [{ at: 0.5, how }] });
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
    expect(staging.operations).toEqual(["begin", "finish"]);
    const [broken, ...others] = staging.breaks;
    expect(broken).toEqual({
      records: HALF_OF_THEM,
      received: broken?.records,
      failure: expect.objectContaining({ reason }),
      vainTries: 0,
    });
    expect(others).toEqual([]);
    expect([staging.body, ...staging.pages].every(isReleased)).toBe(true);
  });

  test("that breaks off before its second record has begun asks for all records again, in the same upload", async () => {
    const staging = await run({ cuts: [{ at: 0.003, how: "reset" }] });
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
    expect(staging.operations).toEqual(["begin", "finish"]);
    expect(staging.breaks).toMatchObject([{ records: 0, received: 0, vainTries: 0 }]);
  });
});

describe("a broken transfer", () => {
  test("behind its last record continues with that record", async () => {
    const staging = await run({ cuts: [{ at: 1, how: "reset" }] });
    expect(staging.breaks).toMatchObject([{ records: RECORDS.length - 1 }]);
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
  });

  test("continues again and again, as long as each page brings a record", async () => {
    const staging = await run({ cuts: Array.from({ length: 30 }, (): Cut => ({ at: 0.1, how: "reset" })) });
    expect(staging.breaks).toHaveLength(30);
    expect(staging.breaks.every(({ vainTries }) => vainTries === 0)).toBe(true);
    expect(staging.pages.every(isReleased)).toBe(true);
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
  });

  test("is given up, with its own failure, when pages bring no record", async () => {
    const cuts = Array.from({ length: 30 }, (_, index): Cut => ({ at: index === 0 ? 0.5 : 0.001, how: "stall" }));
    const staging = await run({ cuts });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "body-stalled" }));
    expect(staging.breaks.map(({ vainTries }) => vainTries)).toEqual([0, 1, 2, 3]);
    expect(staging.pages).toHaveLength(4);
    expect(staging.pages.every(isReleased)).toBe(true);
  });

  test("continues once the server can be reached again", async () => {
    const staging = await run({ answer: async ({ vainTries }, due) => (vainTries < 3 ? err(DOWN) : ok(due())) });
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
    expect(staging.breaks.map(({ failure, vainTries }) => [failure.reason, vainTries])).toEqual([
      ["body-cut", 0],
      ["unreachable", 1],
      ["unreachable", 2],
      ["unreachable", 3],
    ]);
  });

  test.each<Failure>([
    { reason: "job-unknown", jobId: "9b2fe7bb8362429fb85a16c9373cf50c" },
    { reason: "result-not-ready" },
    { reason: "login-rejected", target: "https://wfm.example", detail: "HTTP 401" },
    { reason: "server-error", target: "https://wfm.example", status: 503, retryAfterMs: 31_000 },
  ])("fails as $reason if that is the answer to its page", async (failure) => {
    for (const encoding of ["gzip", "identity"] as const) {
      const staging = await run({ encoding, answer: async () => err(failure) });
      const operations = encoding === "gzip" ? [...STARTED_OVER, "abort"] : ["begin", "abort"];
      expect(remains(staging)).toEqual(cleanedUp(failure, operations));
      expect(staging.breaks).toHaveLength(1);
    }
  });

  test("fails as it broke if the server does not page", async () => {
    const staging = await run({ answer: () => null });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "body-cut" }));
    expect(staging.breaks).toHaveLength(1);
  });

  test("takes pages that are smaller than requested, one after the other", async () => {
    const staging = await run({ answer: ({ records }) => page(documentOf(SHAPE, records, 20)) });
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
    expect(staging.breaks.length).toBeGreaterThan(4);
    expect(staging.breaks.length).toBeLessThan(9);
  });

  test("ends by the signal between two segments", async () => {
    const stop = new AbortController();
    const answer: SegmentServer["answer"] = async () => {
      stop.abort();
      return err({ reason: "timed-out", target: "https://wfm.example", detail: "interrupted" });
    };
    expect(remains(await run({ signal: stop.signal, answer }))).toEqual(cleanedUp({ reason: "interrupted" }));
  });

  test("ends by the signal while a page stalls", async () => {
    const stop = new AbortController();
    async function* stalled(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("[\n");
      queueMicrotask(() => stop.abort());
      await new Promise(() => undefined);
    }
    const staging = await run({ signal: stop.signal, answer: () => page("", { body: stalled() }) });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "interrupted" }));
  });

  test("is proven by the totals of its segments", async () => {
    const more = await run({ announced: { records: RECORDS.length - 1 } });
    expect(remains(more)).toEqual(cleanedUp({ reason: "records-differ", counted: RECORDS.length, announced: RECORDS.length - 1 }));
    const longer = await run({ announced: { uncompressedBytes: DOCUMENT.length + 1 } });
    expect(remains(longer)).toEqual(cleanedUp({ reason: "bytes-differ", what: "uncompressed", received: DOCUMENT.length }));
  });
});

describe("a page that does not fit what came before is refused", () => {
  const rest = (text: (records: number) => string | Buffer, change: Partial<ResultStream> = {}) =>
    run({ answer: ({ records }) => page(text(records), change) });

  test("for its opening", async () => {
    const staging = await rest((records) => `{"records":${documentOf(SHAPE, records).toString()}}`);
    expect(remains(staging)).toEqual(cleanedUp({ reason: "pages-differ" }));
    expect(staging.breaks).toHaveLength(1);
  });

  test("for its opening, even if no record follows", async () => {
    const blank = Buffer.alloc(17 * 1024 * 1024, " ");
    const staging = await run({ announced: { uncompressedBytes: null }, answer: () => page(Buffer.concat([Buffer.from("["), blank])) });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "pages-differ" }));
  });

  test("for its records, if the server ignores which ones were requested", async () => {
    expect(remains(await rest(() => DOCUMENT))).toEqual(cleanedUp({ reason: "records-differ" }));
  });

  test("for its media type, before a byte is read", async () => {
    const { result, use } = recordUse(page("", { mediaType: "text/plain" }));
    const failure = { reason: "media-type-differs", expected: "application/json", received: "text/plain" } as const;
    expect(remains(await run({ answer: () => result }))).toEqual(cleanedUp(failure));
    expect(use).toEqual({ readBytes: 0, isReadToItsEnd: false, discards: 1 });
  });

  test("for its columns", async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `${index}|Ada\n`);
    const table: Shape = { format: "PIPE", opening: "", records: lines, separators: lines.map(() => ""), closing: "" };
    const staging = await run({ answer: () => page("1|Ada|x\n".repeat(25), { mediaType: "text/plain" }) }, table);
    expect(remains(staging)).toEqual(cleanedUp({ reason: "document-malformed" }));
  });

  test("for the length that was announced for it", async () => {
    const staging = await rest((records) => documentOf(SHAPE, records), { announcedBytes: 10 });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "bytes-differ", what: "wire" }));
  });

  test("for damaged gzip", async () => {
    const staging = await rest((records) => damageChecksum(gzipSync(documentOf(SHAPE, records))), { encoding: "gzip" });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "gzip-damaged" }));
  });
});

describe("a broken transfer does not continue", () => {
  test("if the result is announced to be small", async () => {
    for (const encoding of ["gzip", "identity"] as const) {
      const small = await run({ encoding, largeBytes: DOCUMENT.length + 1 });
      expect(remains(small)).toEqual(cleanedUp({ reason: "body-cut" }));
      expect(small.breaks).toEqual([]);
      expect((await run({ encoding, largeBytes: DOCUMENT.length + 1, announced: { uncompressedBytes: null } })).breaks).toHaveLength(1);
    }
  });

  test("if no total was announced, because nothing could be proven", async () => {
    const staging = await run({ announced: { records: null } });
    expect(staging.breaks).toEqual([]);
    expect(remains(staging)).toEqual(cleanedUp({ reason: "body-cut" }));
  });

  test("inside a record that is too large to be held", async () => {
    const huge = JSON.stringify("x".repeat(18 * 1024 * 1024));
    const records = ["1", huge, "3", "4"];
    const shape: Shape = { ...SHAPE, records, separators: [",", ",", ","] };
    const at = (share: number): Cut => ({ at: share, how: "reset" });
    const inside = await run({ chunkBytes: 65_536, cuts: [at(0.98)] }, shape);
    expect(remains(inside)).toEqual(cleanedUp({ reason: "body-cut" }));
    expect(inside.breaks).toEqual([]);
    const behind = await run({ chunkBytes: 65_536, cuts: [at(1)] }, shape);
    expect(behind.breaks).toMatchObject([{ records: 3 }]);
    expect(stored(behind).equals(documentOf(shape))).toBe(true);
    const early = await run({ chunkBytes: 65_536, cuts: [at(0.5)] }, shape);
    expect(early.breaks).toMatchObject([{ records: 1 }]);
    expect(stored(early).equals(documentOf(shape))).toBe(true);
  });

  test("if its opening is too large to be compared", async () => {
    const shape: Shape = { ...SHAPE, opening: `{"note":${JSON.stringify("x".repeat(70_000))},"rows":[`, closing: "]}" };
    expect((await run({ cuts: [] }, shape)).outcome.ok).toBe(true);
    const staging = await run({ cuts: [{ at: 0.99, how: "reset" }] }, shape);
    expect(staging.breaks).toEqual([]);
    expect(remains(staging)).toEqual(cleanedUp({ reason: "body-cut" }));
  });

  test.each([
    ["write", ["begin", "abort"]],
    ["finish", ["begin", "finish", "abort"]],
  ] as const)("if the store fails at %s", async (operation, operations) => {
    const failure = { reason: "storage-full", target: "memory://bucket" } as const;
    const store = createMemoryObjectStore();
    store.failNext(operation, failure);
    expect(remains(await run({ store }))).toEqual(cleanedUp(failure, operations));
  });
});
