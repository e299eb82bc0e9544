import { describe, expect, it } from "vitest";
import {
  DATE_FORMATS,
  describeValues,
  isRightValue,
  KNOWN_PARAMETERS,
  kindOfParameter,
  type ParameterKind,
  RECORD_TYPES,
  TIME_FORMATS,
} from "../../../src/core/exporters/parameter-kind.ts";

interface Row {
  readonly kind: ParameterKind | null;
  readonly parameters: readonly string[];
  readonly words: string;
  readonly right: readonly unknown[];
  readonly wrong: readonly unknown[];
}

const ROWS: readonly Row[] = [
  {
    kind: "date-format",
    parameters: ["dateFormat"],
    words: 'one of "mmddyy", "ddmmyy", "mmddyyyy", "ddmmyyyy", "yyyymmdd", "yyyyddmm", "yyddmm", "yymmdd", in quotes',
    right: [...DATE_FORMATS, "YYYYMMDD"],
    wrong: ["yyyy-mm-dd", "iso", "", 20261122, null, ["mmddyy"]],
  },
  {
    kind: "time-format",
    parameters: ["timeFormat"],
    words: 'one of "12", "24", in quotes',
    right: TIME_FORMATS,
    wrong: [24, "24h", "", null],
  },
  {
    kind: "record-type",
    parameters: ["recordType"],
    words: 'one of "newAgent", "changedAgent", in quotes',
    right: [...RECORD_TYPES, "NEWAGENT"],
    wrong: ["anyAgent", "", true],
  },
  {
    kind: "boolean",
    parameters: ["keepEmptyJsonFields", "excludePipeHeader", "disableMidnightCutOff"],
    words: "true or false",
    right: [true, false],
    wrong: ["true", 1, null],
  },
  { kind: "string", parameters: ["attribute"], words: "a text in quotes", right: ["EXC_OTHER", " "], wrong: ["", 7, null] },
  {
    kind: "timestamp",
    parameters: ["lastModifiedTime"],
    words: "a UTC time written as 2026-11-22T00:00:00Z",
    right: ["2026-11-22T00:00:00Z"],
    wrong: ["2026-11-22", "2026-11-22 00:00:00", "2026-11-22T00:00:00+01:00", "2026-11-22T00:00:00Z ", 0],
  },
  {
    kind: "fields",
    parameters: ["fields"],
    words: "a list of fields, each with a name: [{ name: date }]",
    right: [[{ name: "date" }], [{ name: "date" }, { name: "muID", title: "MU" }]],
    wrong: [[], "date", ["date"], [null], [{ field: "date" }], [{ name: 7 }], [{ name: "date" }, "muID"]],
  },
  { kind: null, parameters: ["color", "constructor", "__proto__"], words: "any value", right: ["", 7, null, undefined, [], {}], wrong: [] },
];

describe.each(ROWS)("a parameter of kind $kind", ({ kind, parameters, words, right, wrong }) => {
  it.each(parameters)("is, for example, %s", (parameter) => {
    expect(kindOfParameter(parameter)).toBe(kind);
  });

  it("is described in words", () => {
    expect(describeValues(kind)).toBe(words);
  });

  it("accepts the right values, and no others", () => {
    expect(right.filter((value) => !isRightValue(kind, value))).toEqual([]);
    expect(wrong.filter((value) => isRightValue(kind, value))).toEqual([]);
  });
});

describe("the known parameters", () => {
  it("are those that have a kind", () => {
    expect([...KNOWN_PARAMETERS].sort()).toEqual(ROWS.flatMap(({ kind, parameters }) => (kind === null ? [] : parameters)).sort());
  });

  it("have no other kinds", () => {
    expect(() => describeValues("color" as never)).toThrow("unexpected value");
    expect(() => isRightValue("color" as never, "red")).toThrow("unexpected value");
  });
});
