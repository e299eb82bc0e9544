import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countRecords, chunkSizes, reasonOf } from "./count-records.ts";

const count = (document: string | Uint8Array, sizes?: readonly number[]) => countRecords("XML", document, sizes);

const text = fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "&amp;", "&#228;", " ", "\n", "\r\n", "]]"), maxLength: 6 });
const attributes = fc.constantFrom("", ' id="1"', " a='&lt;é' b=\"😀\"");
const element: fc.Memo<string> = fc.memo((depth) =>
  fc
    .tuple(attributes, depth > 1 ? fc.array(fc.oneof(text, element(depth - 1)), { maxLength: 3 }) : text.map((only) => [only]))
    .map(([own, children]) => (children.length === 0 ? `<el${own}/>` : `<el${own}>${children.join("")}</el>`)),
);
const filler = fc.oneof(text, fc.constantFrom("<!-- <el> -->", "<?note <el> ?>", "<![CDATA[<el>]]>"));
const document = fc
  .tuple(
    fc.constantFrom("", '<?xml version="1.0" encoding="UTF-8"?>\n', "<!-- before -->"),
    fc.array(
      fc.oneof(
        element(3).map((inner) => ({ inner, records: 1 })),
        filler.map((inner) => ({ inner, records: 0 })),
      ),
    ),
  )
  .map(([prolog, parts]) => ({
    xml: `${prolog}<opens>${parts.map((part) => part.inner).join("")}</opens>`,
    records: parts.reduce((sum, part) => sum + part.records, 0),
  }));

describe("the XML counter", () => {
  test.each([
    ["<opens/>", 0],
    ["<opens></opens>\n", 0],
    ['<?xml version="1.0"?><opens><muOpens><muID>1</muID></muOpens><muOpens/></opens>', 2],
    ["\ufeff<opens><muOpens/></opens><!-- done -->", 1],
    ["<opens><a>&lt;b/&gt;&#x41;</a></opens>", 1],
  ])("counts %j", (xml, records) => {
    expect(count(xml)).toEqual({ ok: true, value: records });
    expect(count(xml, [1])).toEqual({ ok: true, value: records });
  });

  test("counts the children of the root, wherever the chunks are cut", () => {
    fc.assert(
      fc.property(document, chunkSizes, ({ xml, records }, sizes) => {
        expect(count(xml, sizes)).toEqual({ ok: true, value: records });
      }),
      { numRuns: 2000 },
    );
  });

  test("finds every strict prefix of a document cut", () => {
    fc.assert(
      fc.property(document, ({ xml }) => {
        const bytes = Buffer.from(xml);
        for (let length = 0; length < bytes.length; length += 1) {
          expect(reasonOf(count(bytes.subarray(0, length)))).toBe("document-cut");
        }
      }),
      { numRuns: 80 },
    );
  });

  test.each([
    ["a document type", '<!DOCTYPE opens [<!ENTITY a "aaaa">]><opens/>'],
    ["a document type without entities", "<!DOCTYPE opens><opens/>"],
    ["an entity of its own", "<opens>&a;</opens>"],
    ["a second root", "<opens/><opens/>"],
    ["text after the root", "<opens/>oops"],
    ["tags that cross", "<opens><a><b></a></b></opens>"],
    ["an attribute twice", '<opens><a b="1" b="2"/></opens>'],
    ["text without a root", "no such job"],
    ["JSON", '[{"a":1}]'],
    ["a control character", "<opens>\u0001</opens>"],
    ["a page that is no XML", "<html><body><br>Please log in</body></html>"],
  ])("refuses %s", (_, xml) => {
    expect(reasonOf(count(xml))).toBe("document-malformed");
    expect(reasonOf(count(xml, [1]))).toBe("document-malformed");
  });

  test("refuses bytes that are not UTF-8", () => {
    expect(reasonOf(count(Buffer.from("<opens><a>\u00e9</a></opens>", "latin1")))).toBe("document-malformed");
  });

  test("refuses what is nested too deep", () => {
    expect(reasonOf(count(`${"<a>".repeat(513)}${"</a>".repeat(513)}`))).toBe("document-malformed");
    expect(count(`${"<a>".repeat(512)}${"</a>".repeat(512)}`)).toEqual({ ok: true, value: 1 });
  });

  test("refuses markup that never ends before it fills the memory", () => {
    const endless = Buffer.concat([Buffer.from('<opens a="'), Buffer.alloc(20 * 1024 * 1024, "x")]);
    expect(reasonOf(count(endless, [65_536]))).toBe("document-malformed");
  });
});
