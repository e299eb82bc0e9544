import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { err, ok } from "../../src/core/base/result.ts";
import { createPartWriter } from "../../src/storage/part-writer.ts";
import { partBytesFor } from "../../src/storage/s3/part-bytes.ts";

describe("parts of a stream", () => {
  it("hold the bytes of any chunks in order, each part of the size it should have", async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });
    const sizes = fc.record({ first: fc.integer({ min: 1, max: 20 }), later: fc.integer({ min: 1, max: 40 }) });
    await fc.assert(
      fc.asyncProperty(chunks, sizes, fc.integer({ min: 1, max: 4 }), async (written, { first, later }, partsInFlight) => {
        const sent = new Map<number, Buffer>();
        const bytesFor = (number: number): number => (number <= 2 ? first : later);
        const writer = createPartWriter({
          partBytesFor: bytesFor,
          partsInFlight,
          send: async ({ number, body }) => {
            // Later parts overtake earlier ones; the memory has to stay theirs until then.
            await Promise.resolve();
            if (number % 2 === 1) await Promise.resolve();
            sent.set(number, Buffer.from(body));
            return ok(undefined);
          },
        });
        for (const chunk of written) expect(await writer.write(chunk)).toEqual(ok(undefined));
        expect(await writer.end()).toEqual(ok(undefined));
        const numbers = [...sent.keys()].toSorted((a, b) => a - b);
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
        expect(Buffer.concat(numbers.map((number) => sent.get(number)!))).toEqual(Buffer.concat(written));
        for (const number of numbers.slice(0, -1)) expect(sent.get(number)?.byteLength).toBe(bytesFor(number));
      }),
    );
  });

  it("send no part after one has failed", async () => {
    const sent: number[] = [];
    const failure = err({ reason: "storage-full", target: "/archive" } as const);
    const writer = createPartWriter({
      partBytesFor: () => 1,
      partsInFlight: 1,
      send: async ({ number }) => {
        sent.push(number);
        return number === 2 ? failure : ok(undefined);
      },
    });
    expect(await writer.write(new Uint8Array(5))).toEqual(failure);
    expect(await writer.write(new Uint8Array(5))).toEqual(failure);
    expect(await writer.end()).toEqual(failure);
    expect(sent).toEqual([1, 2]);
  });
});

describe("sizes of parts", () => {
  it("double every 2,000 parts, so that 10,000 of them hold 484 GiB", () => {
    const mib = 1024 * 1024;
    const sizes = Array.from({ length: 10_000 }, (_, index) => partBytesFor(index + 1, 8 * mib));
    expect([sizes[0], sizes[1999], sizes[2000], sizes[9999]]).toEqual([8 * mib, 8 * mib, 16 * mib, 128 * mib]);
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(62_000 * 8 * mib);
  });
});
