import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordStart } from "../../src/core/ports/record-counter.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { countRecords, chunkSizes } from "./count-records.ts";
import { documentOf, resultShapes } from "./record-documents.ts";

interface Told {
  readonly opening: number | null;
  readonly start: RecordStart | null;
  /** How much of the document had been shown then. */
  readonly seen: number;
  /** Whether the last chunk held only blanks: behind a comma they do not show where the record begins. */
  readonly wasBlank: boolean;
}

/** Where a counter says that records begin, after each chunk of the document. */
function placesIn(format: "JSON" | "PIPE" | "XML", document: Buffer, sizes: readonly number[]): Told[] {
  const counter = createRecordCounter(format);
  const told: Told[] = [];
  for (let at = 0, chunk = 0; at < document.length; chunk += 1) {
    const size = sizes[chunk % sizes.length] ?? 1;
    const shown = document.subarray(at, at + size);
    const pushed = counter.push(shown);
    if (!pushed.ok) throw new Error(JSON.stringify(pushed.error));
    at += size;
    told.push({
      opening: counter.openingBytes(),
      start: counter.lastStart(),
      seen: Math.min(at, document.length),
      wasBlank: shown.toString().trim() === "",
    });
  }
  return told;
}

describe.each(["JSON", "PIPE", "XML"] as const)("where the %s counter says that records begin", (format) => {
  test("the document may be cut: what opens it and what comes from there on are a document of the other records", () => {
    fc.assert(
      fc.property(resultShapes[format](0), chunkSizes, (shape, sizes) => {
        const document = documentOf(shape);
        const starts = new Map(placesIn(format, document, sizes).map(({ opening, start }) => [start?.bytes, { opening, start }]));
        for (const { opening, start } of starts.values()) {
          if (start === null) continue;
          expect(opening).toBe(Buffer.byteLength(shape.opening));
          expect(document.subarray(start.bytes).equals(documentOf(shape, start.records).subarray(opening ?? 0))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("is known at the latest with the record after it, or with the next chunk that is not blank", () => {
    fc.assert(
      fc.property(resultShapes[format](1), chunkSizes, (shape, sizes) => {
        const document = documentOf(shape);
        const told = placesIn(format, document, sizes);
        for (const [index, { seen }] of told.entries()) {
          const whole = shape.records.findLastIndex((_, record) => documentOf(shape, 0, record + 1).length - shape.closing.length <= seen);
          const later = (told.slice(index + 1).find(({ wasBlank }) => !wasBlank) ?? told.at(-1))?.start;
          expect(later?.records ?? 0).toBeGreaterThanOrEqual(whole - 1);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("is unknown in a document without records", () => {
    fc.assert(
      fc.property(resultShapes[format](0), chunkSizes, (shape, sizes) => {
        const told = placesIn(format, documentOf(shape, 0, 0), sizes);
        expect(told.every(({ opening, start }) => opening === null && start === null)).toBe(true);
      }),
    );
  });

  test("does not change the count of a page's records", () => {
    fc.assert(
      fc.property(resultShapes[format](2), chunkSizes, (shape, sizes) => {
        const counter = createRecordCounter(format);
        counter.push(documentOf(shape));
        const page = counter.forPage();
        expect(page.push(documentOf(shape, 1))).toEqual({ ok: true, value: undefined });
        expect(page.end()).toEqual(countRecords(format, documentOf(shape, 1), sizes));
      }),
    );
  });
});

test("a page of a table has as many columns as the table", () => {
  const counter = createRecordCounter("PIPE");
  counter.push(Buffer.from("1|2\n3|4\n"));
  expect(counter.forPage().push(Buffer.from("5|6\n"))).toMatchObject({ ok: true });
  expect(counter.forPage().push(Buffer.from("5|6|7\n"))).toMatchObject({ ok: false, error: { reason: "document-malformed" } });
});

test("the list that ends at once is not where the records begin", () => {
  const counter = createRecordCounter("JSON");
  const document = Buffer.from('{"a":[ ],"b":[ 1 , 2]}');
  counter.push(document);
  expect(counter.openingBytes()).toBe(document.indexOf("1"));
  expect(counter.lastStart()).toEqual({ records: 1, bytes: document.indexOf("2") });
});
