import { describe, expect, it } from "vitest";
import { parseErrorBody } from "../../src/smartsync/parse-error-body.ts";
import { parseForbiddenIds, isPermissionError } from "../../src/smartsync/parse-forbidden-ids.ts";
import { parseHttpDate, parseRetryAfter } from "../../src/smartsync/parse-retry-after.ts";

describe("parseForbiddenIds", () => {
  it.each<[string[], number[]]>([
    [["Insufficient permissions to view entities: [102, 101]"], [101, 102]],
    [["Insufficient permissions to view entities with ids 101,102."], [101, 102]],
    [["Insufficient permissions to view entities muIds=[101;102]"], [101, 102]],
    [["insufficient permission to view entity '101' (MU)"], [101]],
    [
      ["Insufficient permissions to view entities", "101", "[102, 103]"],
      [101, 102, 103],
    ],
    [["Insufficient permissions to view entities", "Invalid dateFormat value: '7'"], []],
    [["Insufficient permissions to view entities of release 7.5"], []],
    [["Insufficient permissions to view entities with the following ids: 101 and 102"], [101, 102]],
    [["Insufficient permissions to view entities: MU 101, MU 102"], [101, 102]],
    [["Insufficient permissions to view entities: MU101, CT-202, bu_301, #401"], [101, 202, 301, 401]],
    [["Insufficient permissions to view entities: mu:101|mu:102"], [101, 102]],
    [["Insufficient permissions to view entities: 101/102 & 103."], [101, 102, 103]],
    [["Insufficient permissions to view entities {muIds=[101, 102], ctIds=[201]}"], [101, 102, 201]],
    [['Insufficient permissions to view entities: {"muIds":[101,102]}'], [101, 102]],
    [["Insufficient permissions to view entities: '101', '102'"], [101, 102]],
    [["Insufficient permissions to view entities: 101 (Sales 2), 102 (Support 24 East)"], [101, 102]],
    [['Insufficient permissions to view entities: "Sales 2" (101), "O\'Neil 7" (MU 102)'], [101, 102]],
    [["Insufficient permissions to view entities (2): 101, 102"], [101, 102]],
    [["Insufficient permissions to view entities: 101 for user wfm7 on 2026-11-22 at 10:15:00"], [101]],
    [["Insufficient permissions to view entities: Sales, Support"], []],
    [
      ["Insufficient permissions to view entity 101", "Insufficient permissions to view entity 102"],
      [101, 102],
    ],
    [
      ["Insufficient permissions to view entities:", "MU: 101", "muIds: [102, 103]", "mu104"],
      [101, 102, 103, 104],
    ],
    [["Insufficient permissions to view entities", "fields 7 and 8 are unknown"], []],
  ])("finds in %j the ids %j", (details, ids) => {
    expect(isPermissionError(details)).toBe(true);
    expect(parseForbiddenIds(details)).toEqual(ids);
  });

  it("ignores other errors", () => {
    expect(isPermissionError(["Invalid dateFormat value: '7'"])).toBe(false);
  });
});

describe("parseRetryAfter", () => {
  const now = new Date("2026-11-22T10:00:00Z");
  it.each<[string | undefined, number | null]>([
    ["0", 0],
    [" 30 ", 30_000],
    ["Sun, 22 Nov 2026 10:01:00 GMT", 60_000],
    ["Sunday, 22-Nov-26 10:01:00 GMT", 60_000],
    ["Sun Nov 22 10:01:00 2026", 60_000],
    ["-5", null],
    ["1e9", null],
    ["tomorrow", null],
    ["Someday, never", null],
    ["", null],
    [undefined, null],
  ])("parses %j as %j", (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });

  it("does not parse a number as a date", () => {
    expect(parseHttpDate("2026")).toBeNull();
  });
});

describe("parseErrorBody", () => {
  it("accepts a list of ids between the sentences", () => {
    const body = JSON.stringify({ message: "refused", status: 400, details: ["Insufficient permissions to view entities", [101, "102"]] });
    expect(parseForbiddenIds(parseErrorBody(body).details)).toEqual([101, 102]);
  });

  it("removes control characters and shortens long texts", () => {
    const body = parseErrorBody(JSON.stringify({ message: "a\u001b[31m\nb", details: ["x".repeat(5000), 7, null, { message: "deep" }] }));
    expect(body.message).toBe("a [31m b");
    expect(body.details.map((detail) => detail.length)).toEqual([1001, 1, 4]);
  });
});
