import { createHash } from "node:crypto";
import { once } from "node:events";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Upload } from "../../src/core/ports/object-store.ts";
import { ok } from "../../src/core/base/result.ts";
import { TransferError } from "../../src/core/ports/smartsync.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { createStageResult } from "../../src/storage/stage-result.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { DOCUMENT, RECORDS, type Staging, ZIPPED, inChunks, recordUse, remains, stage, cleanedUp } from "./stage-result-fixture.ts";

const NOTHING_ANNOUNCED = { records: RECORDS, compressedBytes: null, uncompressedBytes: null };

function stagedBytes({ store }: Staging): Buffer {
  const [body, ...others] = store.staged.values();
  expect(others).toEqual([]);
  return Buffer.from(body ?? []);
}

describe("a whole result", () => {
  test("that was sent as gzip is staged as the very bytes", async () => {
    const staging = await stage({
      result: { announcedBytes: ZIPPED.length },
      announced: { records: RECORDS, compressedBytes: ZIPPED.length, uncompressedBytes: DOCUMENT.length },
    });
    expect(stagedBytes(staging).equals(ZIPPED)).toBe(true);
    expect(staging.outcome).toMatchObject({
      ok: true,
      value: {
        key: "schedules/part-000.json.gz",
        bytes: ZIPPED.length,
        sha256: createHash("sha256").update(ZIPPED).digest("hex"),
        mediaType: "application/json",
        encoding: "gzip",
        records: RECORDS,
        uncompressedBytes: DOCUMENT.length,
      },
    });
    expect(staging.operations).toEqual(["begin", "finish"]);
    expect(staging.body).toMatchObject({ isReadToItsEnd: true, discards: 0 });
  });

  test("that was sent plain is compressed on the way", async () => {
    const staging = await stage({
      result: { encoding: "identity", announcedBytes: DOCUMENT.length, body: inChunks(DOCUMENT) },
      announced: { records: RECORDS, compressedBytes: 1, uncompressedBytes: DOCUMENT.length },
    });
    const stored = stagedBytes(staging);
    expect(gunzipSync(stored).equals(DOCUMENT)).toBe(true);
    expect(stored.length).toBeLessThan(DOCUMENT.length / 2);
    expect([...stored.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff]);
    expect(staging.outcome).toMatchObject({ ok: true, value: { encoding: "gzip", records: RECORDS, uncompressedBytes: DOCUMENT.length } });
  });

  test("is plain if it was only called gzip", async () => {
    async function* slowStart(): AsyncGenerator<Uint8Array> {
      yield DOCUMENT.subarray(0, 1);
      yield DOCUMENT.subarray(1);
    }
    const staging = await stage({ result: { body: slowStart() } });
    expect(gunzipSync(stagedBytes(staging)).equals(DOCUMENT)).toBe(true);
  });

  test("may arrive byte by byte, with empty chunks in between", async () => {
    async function* drops(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(0);
      for await (const byte of inChunks(ZIPPED, 1)) {
        yield byte;
        yield new Uint8Array(0);
      }
    }
    const staging = await stage({ result: { body: drops() } });
    expect(staging.outcome.ok).toBe(true);
    expect(stagedBytes(staging).equals(ZIPPED)).toBe(true);
  });

  test("may be several gzip members, in chunks of any size", async () => {
    const members = Buffer.concat([gzipSync(DOCUMENT.subarray(0, 777)), gzipSync(DOCUMENT.subarray(777))]);
    for (const size of [1, 13, members.length]) {
      const staging = await stage({ result: { body: inChunks(members, size) } });
      expect(staging.outcome).toMatchObject({ ok: true, value: { records: RECORDS } });
    }
  });

  test.each([
    ["PIPE", "Text/Plain; charset=UTF-8", "text/plain", "#fields|a|b\n1|2\n3|4\n"],
    ["XML", "text/xml", "text/xml", "<opens><muOpens/><muOpens/></opens>"],
    ["XML", "application/xml;charset=utf-8", "application/xml", "<opens><muOpens/><muOpens/></opens>"],
    ["JSON", "APPLICATION/JSON", "application/json", '{"rows":[1,2]}'],
  ] as const)("in %s may call itself %s", async (outputFormat, mediaType, stored, text) => {
    const staging = await stage({
      outputFormat,
      announced: { ...NOTHING_ANNOUNCED, records: 2 },
      result: { mediaType, body: inChunks(gzipSync(text)) },
    });
    expect(staging.outcome).toMatchObject({ ok: true, value: { records: 2, mediaType: stored } });
  });

  test("of no records and no bytes is a PIPE table", async () => {
    const staging = await stage({
      outputFormat: "PIPE",
      announced: { ...NOTHING_ANNOUNCED, records: 0 },
      result: { mediaType: "text/plain", announcedBytes: 0, body: inChunks(Buffer.alloc(0)) },
    });
    expect(staging.outcome).toMatchObject({ ok: true, value: { records: 0, uncompressedBytes: 0 } });
    expect(gunzipSync(stagedBytes(staging)).length).toBe(0);
  });

  test.each([1, 7, 9])("of %i MiB that was sent as gzip is stored byte for byte, whatever its size", async (mebibytes) => {
    const records = Array.from({ length: mebibytes * 1024 }, (_, index) => `{"id":${index},"text":"${"row ".repeat(253)}"}`);
    const document = Buffer.from(`[${records.join(",")}]`);
    const sent = gzipSync(document, { level: 6 });
    const staging = await stage({
      announced: { records: records.length, compressedBytes: sent.length, uncompressedBytes: document.length },
      result: { announcedBytes: sent.length, body: inChunks(sent, 65_536) },
      openRest: () => expect.unreachable(),
    });
    expect(document.length).toBeGreaterThan(mebibytes * 1024 * 1024);
    const sha256 = createHash("sha256").update(sent).digest("hex");
    expect(staging.outcome).toMatchObject({ ok: true, value: { bytes: sent.length, sha256, uncompressedBytes: document.length } });
    expect(createHash("sha256").update(stagedBytes(staging)).digest("hex")).toBe(sha256);
  });
});

describe("a transfer that breaks", () => {
  test("fails with the failure of the transfer", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield ZIPPED.subarray(0, 3000);
      throw new TransferError({ reason: "body-stalled", received: 3000, idleMs: 30_000 });
    }
    expect(remains(await stage({ result: { body: broken() } }))).toEqual(
      cleanedUp({ reason: "body-stalled", received: 3000, idleMs: 30_000 }),
    );
  });

  test("by a bug is thrown, after the upload was aborted", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield ZIPPED.subarray(0, 3000);
      throw new TypeError("a bug");
    }
    const store = createMemoryObjectStore();
    const body = recordUse({ mediaType: "application/json", encoding: "gzip", announcedBytes: null, body: broken() });
    const request = { result: body.result, store, key: "a", outputFormat: "JSON", announced: NOTHING_ANNOUNCED } as const;
    await expect(createStageResult({ createRecordCounter })(request)).rejects.toThrow("a bug");
    expect(store.operations.map(({ operation }) => operation)).toEqual(["begin", "abort"]);
    expect(body.use).toMatchObject({ isReadToItsEnd: false, discards: 1 });
  });

  test("by a bug in the counter is thrown to the caller", async () => {
    const stageResult = createStageResult({
      createRecordCounter: (format) => ({
        ...createRecordCounter(format),
        push: () => {
          throw new TypeError("a bug");
        },
      }),
    });
    const store = createMemoryObjectStore();
    for (const encoding of ["gzip", "identity"] as const) {
      const result = { mediaType: "application/json", encoding, announcedBytes: null, body: inChunks(ZIPPED), discard: () => undefined };
      const request = { result, store, key: "a", outputFormat: "JSON", announced: NOTHING_ANNOUNCED } as const;
      await expect(stageResult(request)).rejects.toThrow("a bug");
    }
    expect(store.operations.map(({ operation }) => operation)).toEqual(["begin", "abort", "begin", "abort"]);
  });

  test("ends by the signal while nothing comes", async () => {
    const stop = new AbortController();
    async function* stalled(): AsyncGenerator<Uint8Array> {
      yield ZIPPED.subarray(0, 3000);
      // The transfer asks for more: it is waiting now.
      queueMicrotask(() => stop.abort());
      await new Promise(() => undefined);
    }
    expect(remains(await stage({ signal: stop.signal, result: { body: stalled() } }))).toEqual(cleanedUp({ reason: "interrupted" }));
  });

  test("ends by the signal, whatever the body throws then", async () => {
    const stop = new AbortController();
    async function* aborting(): AsyncGenerator<Uint8Array> {
      yield ZIPPED.subarray(0, 3000);
      queueMicrotask(() => stop.abort());
      await once(stop.signal, "abort");
      throw new DOMException("aborted", "AbortError");
    }
    const staging = await stage({ signal: stop.signal, result: { body: aborting() } });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "interrupted" }));
  });

  test("ends by the signal while the last bytes are stored", async () => {
    const stop = new AbortController();
    const store = createMemoryObjectStore();
    const begin = store.begin.bind(store);
    store.begin = async (key, facts) => {
      const begun = await begin(key, facts);
      if (!begun.ok) return begun;
      const write: Upload["write"] = async (chunk) => {
        stop.abort();
        return await begun.value.write(chunk);
      };
      return ok({ ...begun.value, write });
    };
    // So small a document comes out of the compression only at its end.
    const result = { encoding: "identity", body: inChunks(Buffer.from("[1,2]")) } as const;
    const staging = await stage({ store, signal: stop.signal, announced: { ...NOTHING_ANNOUNCED, records: 2 }, result });
    expect(remains(staging)).toEqual(cleanedUp({ reason: "interrupted" }));
  });

  test("is not begun after the signal", async () => {
    expect(remains(await stage({ signal: AbortSignal.abort() }))).toEqual(cleanedUp({ reason: "interrupted" }, []));
  });

  test("leaves no listener at the signal", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...parameters: Parameters<typeof add>) => {
      listeners += 1;
      add(...parameters);
    };
    signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...parameters);
    };
    await stage({ signal });
    expect(listeners).toBe(0);
  });
});

describe("a store that fails", () => {
  const failure = { reason: "storage-full", target: "memory://bucket" } as const;

  test.each([
    ["begin", ["begin"]],
    ["write", ["begin", "abort"]],
    ["finish", ["begin", "finish", "abort"]],
  ] as const)("at %s fails with its own failure", async (operation, operations) => {
    for (const encoding of ["gzip", "identity"] as const) {
      const store = createMemoryObjectStore();
      store.failNext(operation, failure);
      const body = inChunks(encoding === "gzip" ? ZIPPED : DOCUMENT);
      expect(remains(await stage({ store, result: { encoding, body } }))).toEqual(cleanedUp(failure, operations));
    }
  });

  test("to take more is waited for", async () => {
    for (const encoding of ["gzip", "identity"] as const) {
      const store = createMemoryObjectStore();
      let writing = 0;
      let mostAtOnce = 0;
      let produced = 0;
      let mostAhead = 0;
      const begin = store.begin.bind(store);
      store.begin = async (key, facts) => {
        const begun = await begin(key, facts);
        if (!begun.ok) return begun;
        const upload: Upload = {
          ...begun.value,
          async write(chunk) {
            writing += 1;
            mostAtOnce = Math.max(mostAtOnce, writing);
            const ahead = produced;
            await new Promise(setImmediate);
            mostAhead = Math.max(mostAhead, produced - ahead);
            writing -= 1;
            return begun.value.write(chunk);
          },
        };
        return ok(upload);
      };
      async function* body(): AsyncGenerator<Uint8Array> {
        for await (const chunk of inChunks(encoding === "gzip" ? ZIPPED : DOCUMENT)) {
          produced += 1;
          yield chunk;
        }
      }
      const staging = await stage({ store, result: { encoding, body: body() } });
      expect(staging.outcome.ok).toBe(true);
      expect(mostAtOnce).toBe(1);
      expect(mostAhead).toBe(0);
    }
  });
});
