import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { countRecords, chunkSizes, reasonOf } from "./count-records.ts";

const count = (document: string | Uint8Array, sizes?: readonly number[]) => countRecords("JSON", document, sizes);

/** What the records are, by way of JSON.parse; `null` where the document has no list of them. */
function parseAndCount(text: string): number | null {
  const parsed: unknown = JSON.parse(text);
  if (Array.isArray(parsed)) return parsed.length;
  const lists = Object.values(parsed as object).filter((member) => Array.isArray(member));
  return lists.length === 0 ? null : lists.reduce((sum, list) => sum + list.length, 0);
}

const list = fc.array(fc.jsonValue({ maxDepth: 4, stringUnit: "grapheme" }), { maxLength: 6 });
const wrapped = fc.dictionary(fc.string(), fc.oneof(list, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 4 });
const document = fc.tuple(fc.oneof(list, wrapped), fc.constantFrom(undefined, 1, "\t")).map(([value, indent]) => {
  return JSON.stringify(value, null, indent);
});

describe("the JSON counter", () => {
  test.each([
    ["[]", 0],
    ["[1]", 1],
    [' [ 1 , [2, 3] , {"a":[4]} ]\r\n', 3],
    ['{"total":2,"rows":[{"id":1,"tags":[1,2,3]},{"id":2}]}', 2],
    ['{"a":[1,2],"b":{"c":[3,4,5]},"d":[[]]}', 3],
    ['{"rows":[]}', 0],
    ["\ufeff[1,2]", 2],
    ['[-0,0.5,1e9,-1.25E-3,true,false,null,"\\u00e4\\n\\"]"]', 8],
    [`${"[".repeat(512)}${"]".repeat(512)}`, 1],
  ])("counts %j", (text, records) => {
    expect(count(text)).toEqual({ ok: true, value: records });
    expect(count(text, [1])).toEqual({ ok: true, value: records });
  });

  test("counts what JSON.parse finds, wherever the chunks are cut", () => {
    fc.assert(
      fc.property(document, chunkSizes, (text, sizes) => {
        const expected = parseAndCount(text);
        const counted = count(text, sizes);
        expect(counted.ok ? counted.value : null).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test("finds every strict prefix of a document cut", () => {
    fc.assert(
      fc.property(document, (text) => {
        const bytes = Buffer.from(text);
        for (let length = 0; length < bytes.length; length += 1) {
          expect(reasonOf(count(bytes.subarray(0, length)))).toBe("document-cut");
        }
      }),
      { numRuns: 120 },
    );
  });

  test("accepts what JSON.parse accepts, and nothing else", () => {
    const scrap = fc.constantFrom(...'[]{},:"\\ \n0129-+.eEu/abx\u0001'.split(""), "true", "null", '"a":', "[1,", "{}", "é");
    const text = fc.tuple(fc.constantFrom("[", "{"), fc.array(scrap, { maxLength: 9 })).map(([first, rest]) => first + rest.join(""));
    const damaged = fc.tuple(document, fc.nat(), scrap).map(([whole, at, patch]) => {
      const position = 1 + (at % whole.length);
      return whole.slice(0, position) + patch + whole.slice(position + patch.length);
    });
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(text, damaged), chunkSizes, (candidate, sizes) => {
        let isJson = true;
        try {
          JSON.parse(candidate);
        } catch {
          isJson = false;
        }
        const counted = count(candidate, sizes);
        const hasNoList = !counted.ok && "detail" in counted.error && counted.error.detail.includes("no list of records");
        expect(counted.ok || hasNoList).toBe(isJson);
        if (counted.ok) accepted += 1;
      }),
      { numRuns: 8000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test.each([
    "[1]]",
    "[1]{}",
    "[1] x",
    "[1][2]",
    "[1}",
    '{"a":[1}}',
    "[1 2]",
    "[1,]",
    "[,1]",
    '{"a" [1]}',
    '{"a":[1],}',
    "{a:[1]}",
    "[tru]",
    "[truE]",
    "[nul,1]",
    "[01]",
    "[1.]",
    "[-]",
    "[1e]",
    "[+1]",
    '["\\x"]',
    '["\\u00g0"]',
    '["\\u00e"]',
    '["\\u0"]',
    '{"\\u00e":[]}',
    "[00]",
    "[-01]",
    "[1.e1]",
    "[1e+]",
    "[.5]",
    "[1.5.5]",
    '["\u0000"]',
    "['a']",
    "<html><body>Please log in</body></html>",
  ])("refuses %j", (text) => {
    expect(reasonOf(count(text))).toBe("document-malformed");
    expect(reasonOf(count(text, [1]))).toBe("document-malformed");
  });

  test.each(['{"message":"not now"}', "{}", '{"a":{"b":[1]}}', '"text"', "1", "true", "null"])("finds no list of records in %s", (text) => {
    expect(count(text)).toMatchObject({ ok: false, error: { reason: "document-malformed", detail: expect.stringContaining("no list") } });
  });

  test("refuses what is nested too deep, however long it goes on", () => {
    expect(count("[".repeat(513))).toMatchObject({ ok: false, error: { reason: "document-malformed" } });
    expect(count('{"a":'.repeat(513), [7])).toMatchObject({ ok: false, error: { reason: "document-malformed" } });
  });

  test("names the place of what it refuses, over all chunks", () => {
    expect(count("[1, 2, oops]", [5])).toMatchObject({ ok: false, error: { detail: '"o" at byte 7 cannot belong to a JSON document' } });
  });

  test("keeps to its first failure", () => {
    const counter = createRecordCounter("JSON");
    const first = counter.push(Buffer.from("[}"));
    expect(reasonOf(first)).toBe("document-malformed");
    expect(counter.push(Buffer.from("[]"))).toEqual(first);
    expect(counter.end()).toEqual(first);
  });
});
