import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutputFormat } from "../../src/core/exporters/built-in-exporters.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { layoutOf } from "../../src/simulator/exporter-fields.ts";
import { renderResult } from "../fakes/render-result.ts";

type Seen = readonly [name: string, value: string];

const WRONG_ROW = { reason: "claim-rejected", found: "x" } as const;

/** The values that a check receives when the document arrives in chunks of these sizes, and the result of the counter. */
function readIn(format: OutputFormat, text: string | Uint8Array, sizes: readonly number[] = [], columns: readonly string[] | null = null) {
  const seen: Seen[] = [];
  const check = { columns, check: (name: string, value: string) => (seen.push([name, value]), null) };
  const counter = createRecordCounter(format, check);
  const bytes = Buffer.from(text);
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    const pushed = counter.push(bytes.subarray(at, at + size));
    if (!pushed.ok) return { seen, end: pushed };
    at += size;
  }
  return { seen, end: counter.end() };
}

const DOCUMENTS: readonly (readonly [OutputFormat, string, readonly Seen[], number])[] = [
  [
    "JSON",
    '\ufeff[{"date":"2026-11-22","muID":101,"opens":[{"time":"00:00","n":1.5e0}],"tags":["ä\\u00e9","\\"]"],"ok":true,"none":null},{}]',
    [
      ["date", "2026-11-22"],
      ["muID", "101"],
      ["time", "00:00"],
      ["n", "1.5"],
      ["tags", "äé"],
      ["tags", '"]'],
    ],
    2,
  ],
  [
    "JSON",
    '{"records":[{"a":{"muID":1},"b":"x"},7],"total":2}',
    [
      ["muID", "1"],
      ["b", "x"],
      ["records", "7"],
      ["total", "2"],
    ],
    2,
  ],
  [
    "PIPE",
    "#fields|date|muID|name\n# another header\n11222026|101|Zoë\r\n11232026||\n",
    [
      ["date", "11222026"],
      ["muID", "101"],
      ["name", "Zoë"],
      ["date", "11232026"],
      ["muID", ""],
      ["name", ""],
    ],
    2,
  ],
  [
    "PIPE",
    "#fields|date|muID\n1|11222026|101\n",
    [
      ["date", "11222026"],
      ["muID", "101"],
    ],
    1,
  ],
  [
    "PIPE",
    "#fields date|muID\n11222026|101\n",
    [
      ["date", "11222026"],
      ["muID", "101"],
    ],
    1,
  ],
  ["PIPE", "11222026|101\n", [], 1],
  [
    "XML",
    '<?xml version="1.0"?><w:opens xmlns:w="u"><w:muOpens id="5"><muID>101</muID><w:date><![CDATA[2026-11]]>-22</w:date><a>&lt;é<b/></a></w:muOpens></w:opens>',
    [
      ["w", "u"],
      ["id", "5"],
      ["muID", "101"],
      ["date", "2026-11-22"],
      ["b", ""],
    ],
    1,
  ],
];

describe("a counter that looks at values", () => {
  it.each(DOCUMENTS)("is shown every value of a %s document, and counts as ever: %j", (format, text, values, records) => {
    expect(readIn(format, text)).toEqual({ seen: values, end: { ok: true, value: records } });
  });

  it("is shown the same wherever chunks are cut", () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom(...DOCUMENTS), cuts, ([format, text, values, records], sizes) => {
        expect(readIn(format, text, sizes)).toEqual({ seen: values, end: { ok: true, value: records } });
      }),
      { numRuns: 300 },
    );
  });

  it("knows the columns of a PIPE document without a header where the request names them, and only as many", () => {
    expect(readIn("PIPE", "11222026|101\n", [], ["date", "muID"]).seen).toEqual([
      ["date", "11222026"],
      ["muID", "101"],
    ]);
    expect(readIn("PIPE", "11222026|101|x|y\n", [], ["date", "muID"]).seen).toEqual([]);
  });

  it.each<OutputFormat>(["JSON", "PIPE", "XML"])("ends with the check's failure in %s, and stays with it", (format) => {
    const [, text] = DOCUMENTS.find(([one]) => one === format)!;
    const counter = createRecordCounter(format, { columns: null, check: (name) => (name === "muID" ? WRONG_ROW : null) });
    expect(counter.push(Buffer.from(text))).toEqual({ ok: false, error: WRONG_ROW });
    expect(counter.push(Buffer.from("more"))).toEqual({ ok: false, error: WRONG_ROW });
    expect(counter.end()).toEqual({ ok: false, error: WRONG_ROW });
  });

  it.each<[OutputFormat, string]>([
    ["JSON", '[{"a":1}'],
    ["PIPE", "a|b"],
    ["XML", "<a><b>"],
  ])("says of a %s document that is cut what a plain counter says", (format, text) => {
    const plain = createRecordCounter(format);
    plain.push(Buffer.from(text));
    expect(readIn(format, text).end).toEqual(plain.end());
  });

  it.each<[OutputFormat, string]>([
    ["JSON", '[{"a":x}]'],
    ["PIPE", "a|b\na\n"],
    ["XML", "<a></b>"],
  ])("says of a %s document that is malformed what a plain counter says", (format, text) => {
    expect(readIn(format, text).end).toEqual(createRecordCounter(format).push(Buffer.from(text)));
  });

  it.each<[OutputFormat, string]>([
    ["JSON", '["'],
    ["PIPE", ""],
    ["XML", "<a><b>"],
  ])("does not hold an endless value of %s in memory", (format, start) => {
    const counter = createRecordCounter(format, { columns: null, check: () => null });
    expect(counter.push(Buffer.from(start))).toMatchObject({ ok: true });
    const chunk = Buffer.alloc(1024 * 1024, "x");
    let pushed = counter.push(chunk);
    for (let mebibytes = 1; mebibytes < 40 && pushed.ok; mebibytes += 1) pushed = counter.push(chunk);
    expect(pushed).toMatchObject({ ok: false, error: { reason: "document-malformed" } });
  });

  it.each([
    ["agent-schedule-detail", "JSON"],
    ["agent-schedule-detail", "PIPE"],
    ["mu-opens", "XML"],
    ["mu-forecast", "JSON"],
  ] as const)("is shown the columns of %s in %s under their own names", async (exporter, outputFormat) => {
    const request = {
      startDate: "2026-11-22",
      endDate: "2026-11-22",
      outputFormat,
      dateFormat: "mmddyyyy",
      timeFormat: "24",
      muIds: [101],
    };
    const chunks: Buffer[] = [];
    for await (const chunk of renderResult(exporter, request)) chunks.push(chunk);
    const { seen, end } = readIn(outputFormat, Buffer.concat(chunks));
    const names = new Set(seen.map(([name]) => name));
    for (const { name, kind } of layoutOf(exporter, "management-units").fields)
      if (kind === "date" || kind === "entity") expect(names).toContain(name);
    expect(end).toMatchObject({ ok: true });
  });
});
