import * as fc from "fast-check";
import type { OutputFormat } from "../../src/core/exporters/built-in-exporters.ts";

/** A result as a server knows it: what opens and closes each of its documents, and what stands between two records. */
export interface Shape {
  readonly format: OutputFormat;
  readonly opening: string;
  readonly records: readonly string[];
  /** Behind each record but the last. */
  readonly separators: readonly string[];
  readonly closing: string;
}

/** The document of `count` records from the one at `first` (0-based) on; of all of them unless it says otherwise. */
export function documentOf({ opening, records, separators, closing }: Shape, first = 0, count = Infinity): Buffer {
  const slice = records.slice(first, first + count);
  const body = slice.map((record, index) => record + (index < slice.length - 1 ? separators[first + index] : "")).join("");
  return Buffer.from(`${opening}${body}${closing}`);
}

interface Parts {
  readonly opening: fc.Arbitrary<string>;
  readonly record: fc.Arbitrary<string>;
  readonly separator: fc.Arbitrary<string>;
  readonly closing: fc.Arbitrary<string>;
}

function shapeOf(format: OutputFormat, { opening, record, separator, closing }: Parts, minRecords: number): fc.Arbitrary<Shape> {
  return fc
    .tuple(opening, fc.array(fc.tuple(record, separator), { minLength: minRecords, maxLength: 9 }), closing)
    .map(([start, rows, end]) => ({
      format,
      opening: start,
      records: rows.map(([row]) => row),
      separators: rows.map(([, between]) => between),
      closing: end,
    }));
}

const awkward = fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\\", '"', "\n", "]", "[", ",", "{", "}", "\u2028"), maxLength: 5 });

const jsonRecord = fc.oneof(
  fc.jsonValue({ maxDepth: 3, stringUnit: "grapheme" }).map((value) => JSON.stringify(value)),
  fc.record({ name: awkward, list: fc.array(awkward, { maxLength: 2 }) }).map((row) => JSON.stringify(row, null, 1)),
  fc.constantFrom('"\\u00e4\\ud83d\\ude00"', "-1.5e+3", "true", "[]", "{}", '{"records":[1,2],"a":"],"}'),
);

const jsonShape = (minRecords: number) =>
  fc
    .constantFrom(
      ["[", "]"],
      ["[\n", "\n]\n"],
      ["\ufeff [ ", " ] "],
      ['{"records": [\n', "\n]}\n"],
      ['{"total":[],"é":{"a":[1]},"rows":[', '],"b":1}'],
    )
    .chain(([opening, closing]) =>
      shapeOf(
        "JSON",
        {
          opening: fc.constant(opening as string),
          record: jsonRecord,
          separator: fc.constantFrom(",", ",\n", " ,\r\n\t "),
          closing: fc.constant(closing as string),
        },
        minRecords,
      ),
    );

const pipeCell = fc.string({ unit: fc.constantFrom("a", "é", "😀", " ", "#", '"', "\t"), maxLength: 4 });
const pipeShape = (minRecords: number) =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom("\n", "\r\n")).chain(([columns, newLine]) =>
    shapeOf(
      "PIPE",
      {
        opening: fc
          .constantFrom("", "#fields|", "#fields:", "\ufeff#from\n#fields|", "\ufeff")
          .map((start) =>
            start.includes("#") ? start + Array.from({ length: columns }, (_, index) => `f${index}`).join("|") + newLine : start,
          ),
        record: fc
          .array(pipeCell, { minLength: columns, maxLength: columns })
          .map(([first, ...others]) => [`x${first}`, ...others].join("|") + newLine),
        separator: fc.constantFrom("", "", "#note | é\n"),
        closing: fc.constantFrom("", "", "\n\n"),
      },
      minRecords,
    ),
  );

const xmlText = fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "&amp;", "&#228;", " ", "\r\n", "\r", "]]"), maxLength: 5 });
const xmlRecord = fc
  .tuple(
    fc.constantFrom("row", "é", "r😀w", "a-b"),
    fc.constantFrom("", " ", "\n", "\r\n", "\t", "\r\n id='1'", ' a="&lt;é>"'),
    xmlText,
    xmlText,
  )
  .chain(([name, attributes, before, after]) =>
    fc.constantFrom(
      `<${name}${attributes}>${before}<v>${after}</v></${name}>`,
      `<${name}${attributes}/>`,
      `<${name}${attributes}><![CDATA[<row>]]><!-- <row> --><row/>${after}</${name}>`,
    ),
  );
const xmlShape = (minRecords: number) =>
  shapeOf(
    "XML",
    {
      opening: fc.constantFrom(
        "<opens>",
        '<?xml version="1.0" encoding="UTF-8"?>\n<opens>\n',
        "\ufeff<!-- é --><opens\r\n a='ü'>",
        "<opens>text &amp; <?note <row> ?>\r",
      ),
      record: xmlRecord,
      separator: fc.constantFrom("", "\n", "\r\n", "\r", " text é ", "<!-- <row> -->", "&#10;"),
      closing: fc.constantFrom("</opens>", "\n</opens>\n", "</opens\r\n><!-- end -->"),
    },
    minRecords,
  );

/** A result in one of the formats, bare or wrapped, with whatever may stand around its records. */
export const resultShapes = { JSON: jsonShape, PIPE: pipeShape, XML: xmlShape } as const;
