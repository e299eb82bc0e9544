import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Failure } from "../../src/core/failure.ts";
import { err, ok } from "../../src/core/result.ts";
import type { ResultStream } from "../../src/core/smartsync.ts";
import { documentOf, type Shape } from "../formats/record-documents.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { type Cut, type PieceServer, type PieceStaging, stageInPieces } from "./piece-server.ts";
import { inChunks, remains, takenBack } from "./stage-result-fixture.ts";

const RECORDS = Array.from({ length: 200 }, (_, index) => `{"agentId":${index},"name":"Müller ${index * 7919}"}`);
const SHAPE: Shape = { format: "JSON", opening: "[\n", records: RECORDS, separators: RECORDS.map(() => ",\n"), closing: "\n]\n" };
const DOCUMENT = documentOf(SHAPE);
const HALF: Cut = { at: 0.5, how: "reset" };
const DOWN: Failure = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" };

function run(server: Partial<PieceServer> = {}, shape = SHAPE): Promise<PieceStaging> {
  return stageInPieces(shape, { encoding: "gzip", cuts: [HALF], chunkBytes: 500, ...server });
}

function stored({ store }: PieceStaging): Buffer {
  return gunzipSync([...store.staged.values()][0] ?? Buffer.alloc(0));
}

function page(text: string | Buffer, change: Partial<ResultStream> = {}): ResultStream {
  const body = inChunks(Buffer.from(text));
  return { mediaType: "application/json", encoding: "identity", announcedBytes: null, body, discard: () => undefined, ...change };
}

describe("a large result that breaks off", () => {
  test.each(["reset", "stall", "short", "quiet"] as const)(
    "by a %s goes on behind its last whole record, in the same upload",
    async (how) => {
      for (const encoding of ["gzip", "identity"] as const) {
        const staging = await run({ encoding, cuts: [{ at: 0.5, how }] });
        expect(stored(staging).equals(DOCUMENT)).toBe(true);
        expect(staging.operations).toEqual(["begin", "finish"]);
        expect(staging.breaks).toEqual([
          {
            records: expect.toSatisfy((records: number) => records > 60 && records < 140),
            failure: expect.objectContaining({ reason: reasonOf(how, encoding) }),
            vainTries: 0,
          },
        ]);
        expect([staging.discards, staging.pageDiscards]).toEqual([0, 0]);
      }
    },
  );

  test("behind its last record goes on with that record", async () => {
    const staging = await run({ encoding: "identity", cuts: [{ at: 1, how: "reset" }] });
    expect(staging.breaks).toMatchObject([{ records: RECORDS.length - 1 }]);
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
  });

  test("goes on again and again, as long as each page brings a record", async () => {
    const cuts = Array.from({ length: 30 }, (): Cut => ({ at: 0.1, how: "reset" }));
    const staging = await run({ encoding: "identity", cuts });
    expect(staging.breaks.length).toBe(30);
    expect(staging.breaks.every(({ vainTries }) => vainTries === 0)).toBe(true);
    expect(staging.pageDiscards).toBe(29);
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
  });

  test("is given up, by its name, when pages bring nothing", async () => {
    const cuts = Array.from({ length: 30 }, (_, index): Cut => ({ at: index === 0 ? 0.5 : 0.001, how: "stall" }));
    const staging = await run({ cuts });
    expect(remains(staging)).toEqual(takenBack({ reason: "body-stalled" }));
    expect(staging.breaks.map(({ vainTries }) => vainTries)).toEqual([0, 1, 2, 3]);
    expect(staging.pageDiscards).toBe(4);
  });

  test("goes on once the server can be reached again", async () => {
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
    { reason: "job-unknown", vendorJobId: "9b2fe7bb8362429fb85a16c9373cf50c" },
    { reason: "result-not-ready" },
    { reason: "login-rejected", target: "https://wfm.example", detail: "HTTP 401" },
    { reason: "server-error", target: "https://wfm.example", status: 503, retryAfterMs: 31_000 },
  ])("fails as $reason when that is what the page comes to", async (failure) => {
    const staging = await run({ answer: async () => err(failure) });
    expect(remains(staging)).toEqual(takenBack(failure));
    expect(staging.breaks).toHaveLength(1);
  });

  test("fails as it broke where the server does not page", async () => {
    const staging = await run({ answer: () => null });
    expect(remains(staging)).toEqual(takenBack({ reason: "body-cut" }));
    expect(staging.breaks).toHaveLength(1);
  });

  test("before its second record has begun has nothing to go on behind", async () => {
    const staging = await run({ encoding: "identity", cuts: [{ at: 0.003, how: "reset" }] });
    expect(remains(staging)).toEqual(takenBack({ reason: "body-cut" }));
    expect(staging.breaks).toEqual([]);
  });

  test("takes pages that are smaller than asked for, one after the other", async () => {
    const sizes: number[] = [];
    const staging = await run({
      answer: ({ records }) => {
        sizes.push(records);
        return page(documentOf(SHAPE, records, 20));
      },
    });
    expect(stored(staging).equals(DOCUMENT)).toBe(true);
    expect(sizes.length).toBeGreaterThan(4);
    expect(sizes.length).toBeLessThan(9);
  });

  test("ends by the signal between two pieces", async () => {
    const stop = new AbortController();
    const staging = await run({
      signal: stop.signal,
      answer: async () => {
        stop.abort();
        return err({ reason: "timed-out", target: "https://wfm.example", detail: "interrupted" });
      },
    });
    expect(remains(staging)).toEqual(takenBack({ reason: "interrupted" }));
  });

  test("ends by the signal while a page stalls", async () => {
    const stop = new AbortController();
    async function* stalled(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("[\n");
      queueMicrotask(() => stop.abort());
      await new Promise(() => undefined);
    }
    const staging = await run({ signal: stop.signal, answer: () => page("", { body: stalled() }) });
    expect(remains(staging)).toEqual(takenBack({ reason: "interrupted" }));
  });

  test("is proven by the total of its pieces", async () => {
    const more = await run({ announced: { records: RECORDS.length - 1 } });
    expect(remains(more)).toEqual(takenBack({ reason: "records-differ", counted: RECORDS.length, announced: RECORDS.length - 1 }));
    const longer = await run({ announced: { uncompressedBytes: DOCUMENT.length + 1 } });
    expect(remains(longer)).toEqual(takenBack({ reason: "bytes-differ", what: "uncompressed", received: DOCUMENT.length }));
  });

  test("is compared with the announced packed size only when it came in one piece", async () => {
    const announced = { compressedBytes: gzipSync(DOCUMENT).length + 1 };
    expect((await run({ announced })).outcome.ok).toBe(true);
    expect(remains(await run({ announced, cuts: [] }))).toEqual(takenBack({ reason: "bytes-differ", what: "compressed" }));
  });
});

describe("a page that does not fit what came before", () => {
  const rest = (text: (records: number) => string | Buffer, change: Partial<ResultStream> = {}) =>
    run({ answer: ({ records }) => page(text(records), change) });

  test("for its opening is refused", async () => {
    const staging = await rest((records) => `{"records":${documentOf(SHAPE, records).toString()}}`);
    expect(remains(staging)).toEqual(takenBack({ reason: "pages-differ" }));
    expect(staging.breaks).toHaveLength(1);
  });

  test("for its opening is refused though it never comes to a record", async () => {
    const blank = Buffer.alloc(17 * 1024 * 1024, " ");
    const staging = await run({ announced: { uncompressedBytes: null }, answer: () => page(Buffer.concat([Buffer.from("["), blank])) });
    expect(remains(staging)).toEqual(takenBack({ reason: "pages-differ" }));
  });

  test("for its media type is refused before a byte is read", async () => {
    const mediaType = { mediaType: "text/plain" };
    expect(remains(await rest(() => "", mediaType))).toEqual(takenBack({ reason: "media-type-differs", received: "text/plain" }));
  });

  test("for its columns is refused", async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `${index}|Ada\n`);
    const table: Shape = { format: "PIPE", opening: "", records: lines, separators: lines.map(() => ""), closing: "" };
    const staging = await run({ encoding: "identity", answer: () => page("1|Ada|x\n".repeat(25), { mediaType: "text/plain" }) }, table);
    expect(remains(staging)).toEqual(takenBack({ reason: "document-malformed" }));
  });

  test("for the length that was announced for it is refused", async () => {
    const staging = await rest((records) => documentOf(SHAPE, records), { announcedBytes: 10 });
    expect(remains(staging)).toEqual(takenBack({ reason: "bytes-differ", what: "wire" }));
  });

  test("for damaged gzip is refused", async () => {
    const damage = (records: number): Buffer => {
      const packed = gzipSync(documentOf(SHAPE, records));
      packed.writeUInt8(packed.readUInt8(packed.length - 6) ^ 1, packed.length - 6);
      return packed;
    };
    expect(remains(await rest(damage, { encoding: "gzip" }))).toEqual(takenBack({ reason: "gzip-damaged" }));
  });
});

describe("what is kept to go on", () => {
  test("is nothing for a result that is announced to be small: it is stored as it came", async () => {
    const packed = gzipSync(DOCUMENT);
    const whole = await run({ cuts: [], largeBytes: DOCUMENT.length + 1 });
    expect(Buffer.from([...whole.store.staged.values()][0] ?? []).equals(packed)).toBe(true);
    const cut = await run({ largeBytes: DOCUMENT.length + 1 });
    expect(remains(cut)).toEqual(takenBack({ reason: "body-cut" }));
    expect(cut.breaks).toEqual([]);
    expect((await run({ largeBytes: DOCUMENT.length + 1, announced: { uncompressedBytes: null } })).breaks).toHaveLength(1);
  });

  test("is nothing where no total was announced, because nothing could be proven", async () => {
    const staging = await run({ announced: { records: null } });
    expect(staging.breaks).toEqual([]);
    expect(remains(staging)).toEqual(takenBack({ reason: "body-cut" }));
  });

  test("is no more than a record, and a record may be too large for it", async () => {
    const huge = JSON.stringify("x".repeat(18 * 1024 * 1024));
    const records = ["1", huge, "3", "4"];
    const shape: Shape = { ...SHAPE, records, separators: [",", ",", ","] };
    const at = (share: number): Cut => ({ at: share, how: "reset" });
    const inside = await run({ encoding: "identity", chunkBytes: 65_536, cuts: [at(0.98)] }, shape);
    expect(remains(inside)).toEqual(takenBack({ reason: "body-cut" }));
    expect(inside.breaks).toEqual([]);
    const behind = await run({ encoding: "identity", chunkBytes: 65_536, cuts: [at(1)] }, shape);
    expect(behind.breaks).toMatchObject([{ records: 3 }]);
    expect(stored(behind).equals(documentOf(shape))).toBe(true);
    const early = await run({ encoding: "identity", chunkBytes: 65_536, cuts: [at(0.5)] }, shape);
    expect(early.breaks).toMatchObject([{ records: 1 }]);
    expect(stored(early).equals(documentOf(shape))).toBe(true);
  });

  test("does not include an opening that is too large to be compared", async () => {
    const shape: Shape = { ...SHAPE, opening: `{"note":${JSON.stringify("x".repeat(70_000))},"rows":[`, closing: "]}" };
    expect((await run({ encoding: "identity", cuts: [] }, shape)).outcome.ok).toBe(true);
    const staging = await run({ encoding: "identity", cuts: [{ at: 0.99, how: "reset" }] }, shape);
    expect(staging.breaks).toEqual([]);
    expect(remains(staging)).toEqual(takenBack({ reason: "body-cut" }));
  });

  test.each([
    ["write", ["begin", "abort"]],
    ["finish", ["begin", "finish", "abort"]],
  ] as const)("is taken back when the store fails at %s", async (operation, operations) => {
    const failure = { reason: "storage-full", target: "memory://bucket" } as const;
    const store = createMemoryObjectStore();
    store.failNext(operation, failure);
    expect(remains(await run({ store }))).toEqual(takenBack(failure, operations));
  });
});

function reasonOf(how: Cut["how"], encoding: "gzip" | "identity"): Failure["reason"] {
  if (how === "stall") return "body-stalled";
  if (how !== "quiet") return "body-cut";
  return encoding === "gzip" ? "gzip-damaged" : "document-cut";
}
