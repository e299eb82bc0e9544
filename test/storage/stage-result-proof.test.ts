import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DOCUMENT, RECORDS, ZIPPED, inChunks, remains, stage, cleanedUp } from "./stage-result-fixture.ts";

const NOTHING_ANNOUNCED = { records: RECORDS, compressedBytes: null, uncompressedBytes: null };

const CORRUPT = Buffer.from(ZIPPED);
CORRUPT.writeUInt8(CORRUPT.readUInt8(ZIPPED.length - 6) ^ 1, ZIPPED.length - 6);
const WRONG_SIZE = Buffer.from(ZIPPED);
WRONG_SIZE.writeUInt8(WRONG_SIZE.readUInt8(ZIPPED.length - 1) ^ 1, ZIPPED.length - 1);
const NO_TRAILER = Buffer.concat([ZIPPED.subarray(0, 10), deflateRawSync(DOCUMENT)]);

describe("a result that is not whole", () => {
  test.each([
    ["cut in the middle", ZIPPED.subarray(0, ZIPPED.length / 2)],
    ["cut in its trailer", ZIPPED.subarray(0, -3)],
    ["without a trailer", NO_TRAILER],
    ["cut after its header", ZIPPED.subarray(0, 10)],
    ["cut in its header", ZIPPED.subarray(0, 2)],
    ["cut after its first byte", ZIPPED.subarray(0, 1)],
    ["with a wrong checksum", CORRUPT],
    ["with a wrong size", WRONG_SIZE],
    ["with a byte after it", Buffer.concat([ZIPPED, Buffer.of(7)])],
    ["with zeros after it", Buffer.concat([ZIPPED, Buffer.alloc(9)])],
    ["with a member after zeros", Buffer.concat([ZIPPED, Buffer.alloc(9), ZIPPED])],
    ["with a member cut", Buffer.concat([ZIPPED, gzipSync(" ").subarray(0, 12)])],
    ["that is another compression", Buffer.concat([Buffer.of(0x1f, 0x8b), deflateRawSync(DOCUMENT)])],
  ])("is damaged gzip %s", async (_, bytes) => {
    for (const size of [1, 1000, bytes.length]) {
      expect(remains(await stage({ result: { announcedBytes: bytes.length, body: inChunks(bytes, size) } }))).toEqual(
        cleanedUp({ reason: "gzip-damaged" }),
      );
    }
  });

  test("is refused for its media type before a byte is read", async () => {
    async function* unread(): AsyncGenerator<Uint8Array> {
      expect.unreachable();
      yield ZIPPED;
    }
    const failure = { reason: "media-type-differs", expected: "application/json", received: "text/html;charset=utf-8" } as const;
    expect(remains(await stage({ result: { mediaType: "text/html;charset=utf-8", body: unread() } }))).toEqual(cleanedUp(failure, []));
  });

  test("is cut if fewer bytes arrived than announced, whatever else is wrong", async () => {
    const half = ZIPPED.subarray(0, 5000);
    const failure = { reason: "body-cut", received: 5000, detail: `${ZIPPED.length} bytes were announced` } as const;
    expect(remains(await stage({ result: { announcedBytes: ZIPPED.length, body: inChunks(half) } }))).toEqual(cleanedUp(failure));
    const plain = { encoding: "identity", announcedBytes: DOCUMENT.length, body: inChunks(DOCUMENT.subarray(0, 5000)) } as const;
    expect(remains(await stage({ result: plain }))).toEqual(cleanedUp({ reason: "body-cut", received: 5000 }));
    const none = { announcedBytes: 10, body: inChunks(Buffer.alloc(0)) };
    expect(remains(await stage({ result: none }))).toEqual(cleanedUp({ reason: "body-cut", received: 0 }));
  });

  test("has more bytes than announced", async () => {
    const result = { announcedBytes: ZIPPED.length - 1 };
    const failure = { reason: "bytes-differ", what: "wire", received: ZIPPED.length, announced: ZIPPED.length - 1 } as const;
    expect(remains(await stage({ result }))).toEqual(cleanedUp(failure));
  });

  test("ends before its document does", async () => {
    expect(remains(await stage({ result: { body: inChunks(gzipSync(DOCUMENT.subarray(0, -1))) } }))).toEqual(
      cleanedUp({ reason: "document-cut" }),
    );
    const plain = { encoding: "identity", body: inChunks(DOCUMENT.subarray(0, 5000)) } as const;
    expect(remains(await stage({ result: plain }))).toEqual(cleanedUp({ reason: "document-cut" }));
    expect(remains(await stage({ result: { body: inChunks(Buffer.alloc(0)) } }))).toEqual(cleanedUp({ reason: "document-cut" }));
  });

  test("is refused at the first wrong byte, even if the transfer never ends", async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("<html>");
      await new Promise(() => undefined);
    }
    expect(remains(await stage({ result: { encoding: "identity", body: endless() } }))).toEqual(
      cleanedUp({ reason: "document-malformed" }),
    );
  });

  test("is refused at the first damaged byte of its gzip, even if the transfer never ends", async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.concat([ZIPPED, Buffer.from("garbage")]);
      await new Promise(() => undefined);
    }
    expect(remains(await stage({ result: { body: endless() } }))).toEqual(cleanedUp({ reason: "gzip-damaged" }));
  });

  test("holds other records than announced", async () => {
    const announced = { ...NOTHING_ANNOUNCED, records: RECORDS + 1 };
    expect(remains(await stage({ announced }))).toEqual(cleanedUp({ reason: "records-differ", counted: RECORDS, announced: RECORDS + 1 }));
  });

  test("has no total to be compared with", async () => {
    expect(remains(await stage({ announced: { ...NOTHING_ANNOUNCED, records: null } }))).toEqual(cleanedUp({ reason: "total-missing" }));
  });

  test("has another size than announced", async () => {
    const uncompressed = { ...NOTHING_ANNOUNCED, uncompressedBytes: DOCUMENT.length + 1 };
    const failure = { reason: "bytes-differ", what: "uncompressed", received: DOCUMENT.length, announced: DOCUMENT.length + 1 } as const;
    expect(remains(await stage({ announced: uncompressed }))).toEqual(cleanedUp(failure));
    const compressed = { ...NOTHING_ANNOUNCED, compressedBytes: ZIPPED.length - 1 };
    expect(remains(await stage({ announced: compressed }))).toEqual(
      cleanedUp({ reason: "bytes-differ", what: "compressed", received: ZIPPED.length }),
    );
  });

  test("reports the outermost fault first: transfer, encoding, document, totals", async () => {
    const announced = { records: 1, compressedBytes: 1, uncompressedBytes: 1 };
    const reason = async (bytes: Uint8Array, announcedBytes: number | null): Promise<string> => {
      const { outcome } = await stage({ announced, result: { announcedBytes, body: inChunks(bytes) } });
      return outcome.ok ? "ok" : outcome.error.reason;
    };
    expect(await reason(ZIPPED.subarray(0, -1), 1_000_000)).toBe("body-cut");
    expect(await reason(ZIPPED.subarray(0, -1), null)).toBe("gzip-damaged");
    expect(await reason(gzipSync(DOCUMENT.subarray(0, -1)), null)).toBe("document-cut");
    expect(await reason(ZIPPED, null)).toBe("records-differ");
  });
});

describe("a bomb", () => {
  const bomb = gzipSync(Buffer.concat([Buffer.from("["), Buffer.alloc(100 * 1024 * 1024, " "), Buffer.from("]")]), {
    level: constants.Z_BEST_SPEED,
  });

  test("is stopped soon after the announced size", async () => {
    const announced = { records: 0, compressedBytes: null, uncompressedBytes: 1000 };
    const detail = expect.stringMatching(/^it continues after 1\d{6} bytes, but 1000 were announced$/) as string;
    expect(remains(await stage({ announced, result: { body: inChunks(bomb, 65_536) } }))).toEqual(
      cleanedUp({ reason: "document-malformed", detail }),
    );
  });

  test("of unknown size is stopped for its ratio", async () => {
    const dense = gzipSync(Buffer.concat([Buffer.from("["), Buffer.alloc(100 * 1024 * 1024, " "), Buffer.from("]")]), { level: 9 });
    const announced = { ...NOTHING_ANNOUNCED, records: 0 };
    const detail = expect.stringContaining("more than 500 times as many") as string;
    expect(remains(await stage({ announced, result: { body: inChunks(dense, 1000) } }))).toEqual(
      cleanedUp({ reason: "document-malformed", detail }),
    );
  });
});
