import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentOf, resultShapes } from "../formats/record-documents.ts";
import { type Cut, stageInSegments } from "./segment-server.ts";
import { isReleased } from "./stage-result-fixture.ts";

const cut: fc.Arbitrary<Cut> = fc.record({
  at: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
  how: fc.constantFrom("reset" as const, "stall" as const, "short" as const, "quiet" as const),
});

describe.each(["JSON", "PIPE", "XML"] as const)("a result in %s that breaks off anywhere, several times", (format) => {
  test("is stored as the very document that one transfer would have brought", async () => {
    let resumed = 0;
    await fc.assert(
      fc.asyncProperty(
        resultShapes[format](3),
        fc.constantFrom("gzip" as const, "identity" as const),
        fc.array(cut, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        async (shape, encoding, cuts, chunkBytes) => {
          const { outcome, store, breaks, body } = await stageInSegments(shape, { encoding, cuts, chunkBytes });
          if (outcome.ok) {
            resumed += breaks.length > 0 ? 1 : 0;
            expect(gunzipSync([...store.staged.values()][0] ?? Buffer.alloc(0)).equals(documentOf(shape))).toBe(true);
            expect(outcome.value).toMatchObject({ records: shape.records.length, uncompressedBytes: documentOf(shape).length });
            return;
          }
          expect([store.staged.size, isReleased(body)]).toEqual([0, true]);
          // A transfer that breaks before its second byte is fetched again as a whole.
          if (body.readBytes < 2 && outcome.error.reason.startsWith("body-")) return;
          // Only the totals show that a document is cut if it looks whole.
          expect(cuts.some(({ how }) => how === "quiet")).toBe(true);
          expect(["records-differ", "bytes-differ"]).toContain(outcome.error.reason);
        },
      ),
      { numRuns: 700 },
    );
    expect(resumed).toBeGreaterThan(150);
  });

  test("continues behind the records that are stored, and never goes back", async () => {
    await fc.assert(
      fc.asyncProperty(resultShapes[format](3), fc.array(cut, { minLength: 1, maxLength: 6 }), async (shape, cuts) => {
        const { breaks } = await stageInSegments(shape, { encoding: "identity", cuts });
        const stored = breaks.map(({ records }) => records);
        expect(stored).toEqual([...stored].sort((a, b) => a - b));
        expect(stored.every((records) => records < shape.records.length)).toBe(true);
        for (const [index, { records, vainTries }] of breaks.entries()) {
          const before = breaks[index - 1];
          expect(vainTries).toBe(before?.records === records ? before.vainTries + 1 : 0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
