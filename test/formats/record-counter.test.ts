import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResultFailure } from "../../src/core/base/failure.ts";
import type { Result } from "../../src/core/base/result.ts";
import { countRecords, chunkSizes } from "./count-records.ts";

const FORMATS = ["JSON", "PIPE", "XML"] as const;

const scraps = fc.array(
  fc.constantFrom(
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"',
    "\\",
    "1",
    "|",
    "\n",
    "\r",
    "#fields",
    "<a",
    ">",
    "</a>",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "&",
    ";",
    "&#xFFFFFFFFF;",
    "=",
    "'",
    " ",
    "<!DOCTYPE",
    "\ufeff",
    "\ud83d",
    "xmlns:a='b'",
    "é",
    "\u0000",
  ),
  { maxLength: 20 },
);
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  scraps.map((tokens) => Buffer.from(tokens.join(""))),
  fc
    .tuple(fc.constantFrom("[", "<a>", "1|2\n"), fc.uint8Array({ maxLength: 32 }))
    .map(([start, rest]) => Buffer.concat([Buffer.from(start), rest])),
);

function told(result: Result<number, ResultFailure>): number | string {
  return result.ok ? result.value : result.error.reason;
}

describe.each(FORMATS)("the %s counter", (format) => {
  test("gives the same result for any bytes, however they are split", () => {
    fc.assert(
      fc.property(anything, chunkSizes, (bytes, sizes) => {
        expect(told(countRecords(format, bytes, sizes))).toBe(told(countRecords(format, bytes)));
      }),
      { numRuns: 5000 },
    );
  });
});
