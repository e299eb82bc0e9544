import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The mistake, what it replaces in the base, what stands there instead, and the one problem it makes. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  [
    "an unknown key at the top",
    "version: 1\n",
    "version: 1\nconections: {}\n",
    "2:1 conections: is not known here; did you mean connections?",
  ],
  ["a number as a key", "  schedules:\n", "  101:\n", "20:3 exports.101: this key is not a text; put it into quotes"],
  ["a missing version", "version: 1\n", "", "1:1 version: is missing; write version: 1, the only one there is"],
  ["another version", "version: 1", "version: 2", "1:10 version: is not known; write version: 1, the only one there is"],
  [
    "a key given twice",
    "    customerId: 1",
    "    customerId: 1\n    customerId: 2",
    "6:5 connections.acme.customerId: is given twice; keep one of them",
  ],
  ["a tab", "    customerId: 1", "\tcustomerId: 1", "5:1 a tab stands here; indent with spaces"],
  [
    "an unquoted star",
    '"30 1 * * *"',
    "* 1 * * *",
    '23:15 this reads as an alias; put a value that begins with * into quotes, such as "* * * * *"',
  ],
  [
    "an open bracket",
    "formats: [raw]",
    "formats: [raw",
    "30:3 the indentation does not fit; indent the keys of one mapping alike, with spaces, and close every [ and {",
  ],
  [
    "an open quote",
    '"30 1 * * *"',
    '"30 1 * * *',
    "23:26 something is missing here: a quote, a bracket, a comma, or the space after a colon",
  ],
  [
    "a key that lost its space",
    "password: ${env:WFM_PASSWORD}",
    "password:canary",
    "7:5 this line is not a key and its value; write `key: value`, with a space after the colon",
  ],
  [
    "a second mapping on a line",
    "locale: en_US",
    "locale: en: US",
    "8:13 this is a second mapping on one line; put it on its own line, or a text with a colon into quotes",
  ],
  [
    "an alias without an anchor",
    "timeZone: America/Chicago",
    "timeZone: *zone",
    "9:15 connections.acme.timeZone: this alias (*name) has no anchor (&name) above it",
  ],
  ["an unknown tag", "locale: en_US", "locale: !secret en_US", "8:13 this tag (!name) is not known; leave it out"],
  [
    "a second document",
    "exports:\n",
    "---\nexports:\n",
    "19:1 a second document begins here; the configuration is one document, without --- between its parts",
  ],
  [
    "crooked indentation",
    "    customerId: 1",
    "   customerId: 1",
    "5:1 the indentation does not fit; indent the keys of one mapping alike, with spaces, and close every [ and {",
  ],
];

test.each(ROWS)("%s is reported once, where it stands", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
