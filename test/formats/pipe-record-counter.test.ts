import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countRecords, chunkSizes, reasonOf } from "./count-records.ts";

const count = (document: string | Uint8Array, sizes?: readonly number[]) => countRecords("PIPE", document, sizes);

const cell = fc.string({ unit: fc.constantFrom("a", "é", "0", " ", "#", '"', "\t"), maxLength: 4 });

/** A table of equal lines, whose first cells start no comment and leave no line blank. */
const table = fc
  .record({
    columns: fc.integer({ min: 1, max: 5 }),
    rows: fc.nat(6),
    hasHeader: fc.boolean(),
    isColumn: fc.boolean(),
    newLine: fc.constantFrom("\n", "\r\n"),
  })
  .chain(({ columns, rows, hasHeader, isColumn, newLine }) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }).map((cells) => {
      const lines = cells.map(([first, ...others]) => [`x${first}`, ...others].join("|"));
      const names = cells[0]?.map((_, index) => `f${index}`) ?? ["f0"];
      const header = `#fields${isColumn ? "|" : ":"}${names.join("|")}`;
      return { text: [...(hasHeader ? [header] : []), ...lines].map((line) => line + newLine).join(""), rows };
    }),
  );

describe("the PIPE counter", () => {
  test.each([
    ["", 0],
    ["#fields|date|muID\n", 0],
    ["#fields|date|muID\n1|2\n3|4\n", 2],
    ["#fields:date|muID\r\n1|2\r\n", 1],
    ["#fields|date|muID\n1|2|3\n", 1],
    ["#first\n#fields:a|b\n# more | bars | here\n1|2\n#in between|\n3|4\n", 2],
    ["1|2\n3|4\n\n\n", 2],
    ["1|2\n\r\n", 1],
    ["\ufeff#fields:a|b\n1|2\n", 1],
    ["|\n|\n", 2],
  ])("counts %j", (text, records) => {
    expect(count(text)).toEqual({ ok: true, value: records });
    expect(count(text, [1])).toEqual({ ok: true, value: records });
  });

  test("counts the lines of any table, wherever the chunks are cut", () => {
    fc.assert(
      fc.property(table, chunkSizes, ({ text, rows }, sizes) => {
        expect(count(text, sizes)).toEqual({ ok: true, value: rows });
      }),
      { numRuns: 2000 },
    );
  });

  test("finds every prefix cut that does not end with a line, and misses records in the others", () => {
    fc.assert(
      fc.property(table, ({ text, rows }) => {
        const bytes = Buffer.from(text);
        for (let length = 0; length < bytes.length; length += 1) {
          const counted = count(bytes.subarray(0, length));
          const isCut = length > 0 && bytes[length - 1] !== 0x0a;
          expect(counted.ok ? counted.value <= rows : reasonOf(counted)).toBe(isCut ? "document-cut" : true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["a line with a field less", "1|2\n3\n", "line 2 has 1 fields instead of 2"],
    ["a line with a field more", "1|2\n3|4|5\n", "line 2 has 3 fields instead of 2"],
    ["a line that is not like the header", "#fields:a|b|c\n1|2\n", "line 2 has 2 fields instead of 3"],
    ["records that read the header in two ways", "#fields|a|b\n1|2\n1|2|3\n", "line 3 has 3 fields instead of 2"],
    ["a blank line in the middle", "1|2\n\n3|4\n", "line 3 follows a blank line"],
  ])("refuses %s", (_, text, detail) => {
    expect(count(text)).toEqual({ ok: false, error: { reason: "document-malformed", detail } });
    expect(count(text, [1])).toEqual({ ok: false, error: { reason: "document-malformed", detail } });
  });

  test.each(["1|2", "1|2\n3|4", "#fields", "\r", "\ufeff".slice(0, 1) + "x"])("finds %j cut", (text) => {
    expect(reasonOf(count(text))).toBe("document-cut");
  });

  test("finds a byte order mark cut", () => {
    expect(reasonOf(count(Uint8Array.of(0xef, 0xbb)))).toBe("document-cut");
  });
});
