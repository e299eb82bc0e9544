import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRunId, parseJobId } from "../../../src/core/base/ids.ts";
import { buildJobId } from "../../factories/build-job.ts";

describe("isRunId", () => {
  it("accepts every UUID", () => {
    fc.assert(
      fc.property(fc.uuid(), (text) => {
        expect(isRunId(text)).toBe(true);
      }),
    );
  });

  it.each([
    ["", "nothing"],
    ["00000000-0000-4000-8000-00000000000", "a UUID that is too short"],
    ["00000000-0000-4000-8000-0000000000AA", "a UUID in upper case"],
    ["00000000-0000-4000-8000-000000000001 ", "a UUID with a space"],
    ["9b2fe7bb8362429fb85a16c9373cf50c", "WFM's id of a job"],
  ])("refuses %j: %s", (text) => {
    expect(isRunId(text)).toBe(false);
  });
});

describe("parseJobId", () => {
  it("reads WFM's ids", () => {
    const id = buildJobId();
    expect(parseJobId(id)).toBe(id);
  });

  it.each([
    ["a number", 7],
    ["nothing", null],
    ["an empty text", ""],
    ["a path", "../x"],
    ["a query", "a?b"],
    ["an escape", "a%2F"],
    ["a line break at the end", "abc\n"],
    ["a text of 65 characters", "a".repeat(65)],
  ])("refuses %s", (_what, value) => {
    expect(parseJobId(value)).toBeNull();
  });

  it("accepts only what a URL and an object key contain unchanged", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 70 }), (text) => {
        const id = parseJobId(text);
        if (id !== null) expect([encodeURIComponent(id), id.length > 0 && id.length <= 64]).toEqual([text, true]);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (text) => {
        expect(parseJobId(text)).toBe(text);
      }),
    );
  });
});
