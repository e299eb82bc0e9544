import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The text of the base that is replaced, its replacement, and the only problem that results. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  ["an unknown top-level key", "version: 1\n", "version: 1\nconections: {}\n", "2:1 conections: unknown key; did you mean connections?"],
  ["a number as a key", "  schedules:\n", "  101:\n", "20:3 exports.101: this key is not a string; put it in quotes"],
  ["a missing version", "version: 1\n", "", "1:1 version: is missing; write version: 1"],
  ["an unsupported version", "version: 1", "version: 2", "1:10 version: is not supported; write version: 1"],
  [
    "a duplicate key",
    "    customerId: 1",
    "    customerId: 1\n    customerId: 2",
    "6:5 connections.acme.customerId: is given twice; remove one",
  ],
  ["a tab", "    customerId: 1", "\tcustomerId: 1", "5:1 this line is indented with a tab; use spaces"],
  [
    "an unquoted star",
    '"30 1 * * *"',
    "* 1 * * *",
    '23:15 YAML reads this as an alias; put a value that begins with * in quotes, such as "* * * * *"',
  ],
  [
    "an unclosed bracket",
    "formats: [raw]",
    "formats: [raw",
    "30:3 wrong indentation; indent all keys of a mapping by the same number of spaces, and close every [ and {",
  ],
  [
    "an unclosed quote",
    '"30 1 * * *"',
    '"30 1 * * *',
    "23:26 a quote, a bracket, a comma or the space after a colon is missing here; add it",
  ],
  [
    "a key without a space after its colon",
    "password: ${env:WFM_PASSWORD}",
    "password:canary",
    "7:5 this line is not a key with a value; write `key: value`, with a space after the colon",
  ],
  [
    "two mappings on one line",
    "locale: en_US",
    "locale: en: US",
    "8:13 a line can contain only one mapping; put the second one on its own line, or put a string with a colon in quotes",
  ],
  [
    "an alias without an anchor",
    "timeZone: America/Chicago",
    "timeZone: *zone",
    "9:15 connections.acme.timeZone: this alias (*name) has no anchor (&name) above it; add the anchor or write out the value",
  ],
  ["an unknown tag", "locale: en_US", "locale: !secret en_US", "8:13 this tag (!name) is unknown; remove it"],
  [
    "a second document",
    "exports:\n",
    "---\nexports:\n",
    "19:1 a second document begins here; the configuration must be one document, so remove the --- lines",
  ],
  [
    "inconsistent indentation",
    "    customerId: 1",
    "   customerId: 1",
    "5:1 wrong indentation; indent all keys of a mapping by the same number of spaces, and close every [ and {",
  ],
];

test.each(ROWS)("reports %s once, at its position", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
