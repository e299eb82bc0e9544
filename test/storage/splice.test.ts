import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentOf, resultShapes } from "../formats/record-documents.ts";
import { type Cut, stageInPieces } from "./piece-server.ts";

const cut: fc.Arbitrary<Cut> = fc.record({
  at: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
  how: fc.constantFrom("reset" as const, "stall" as const, "short" as const, "quiet" as const),
});
const BREAKS = ["body-cut", "body-stalled", "gzip-damaged", "document-cut"];

describe.each(["JSON", "PIPE", "XML"] as const)("a result in %s that breaks off anywhere, several times", (format) => {
  test("is stored byte for byte as one that came in one piece", async () => {
    let resumed = 0;
    await fc.assert(
      fc.asyncProperty(
        resultShapes[format](3),
        fc.constantFrom("gzip" as const, "identity" as const),
        fc.array(cut, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        async (shape, encoding, cuts, chunkBytes) => {
          const { outcome, store, breaks, discards } = await stageInPieces(shape, { encoding, cuts, chunkBytes });
          if (outcome.ok) {
            resumed += breaks.length > 0 ? 1 : 0;
            expect(gunzipSync([...store.staged.values()][0] ?? Buffer.alloc(0)).equals(documentOf(shape))).toBe(true);
            expect(outcome.value).toMatchObject({ records: shape.records.length, uncompressedBytes: documentOf(shape).length });
            return;
          }
          expect([store.staged.size, discards]).toEqual([0, 1]);
          // What nobody but the totals can notice is noticed there.
          const isUnseen = cuts.some(({ how }) => how === "quiet");
          if (isUnseen && ["records-differ", "bytes-differ"].includes(outcome.error.reason)) return;
          expect(BREAKS).toContain(outcome.error.reason);
          // Nothing was safe yet, so there was nothing to go on behind.
          expect(breaks).toEqual([]);
        },
      ),
      { numRuns: 700 },
    );
    expect(resumed).toBeGreaterThan(150);
  });

  test("goes on with the record after those that are safe, and never gets back behind them", async () => {
    await fc.assert(
      fc.asyncProperty(resultShapes[format](3), fc.array(cut, { minLength: 1, maxLength: 6 }), async (shape, cuts) => {
        const { breaks } = await stageInPieces(shape, { encoding: "identity", cuts });
        const safe = breaks.map(({ records }) => records);
        expect(safe).toEqual([...safe].sort((a, b) => a - b));
        expect(safe.every((records) => records >= 1 && records < shape.records.length)).toBe(true);
        for (const [index, { records, vainTries }] of breaks.entries()) {
          const before = breaks[index - 1];
          expect(vainTries).toBe(before?.records === records ? before.vainTries + 1 : 0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
