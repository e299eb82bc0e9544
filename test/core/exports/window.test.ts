import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BusinessDate, datesOf } from "../../../src/core/base/business-date.ts";
import { intervalFor, parseDayOffset } from "../../../src/core/exports/window.ts";

describe("the offset of a day", () => {
  it.each([
    ["-1d", -1],
    ["0d", 0],
    ["+14d", 14],
    ["14d", 14],
    ["-9999d", -9999],
  ])("%s is %i days", (text, days) => {
    expect(parseDayOffset(text)).toBe(days);
  });

  it.each(["", "d", "-d", "1", "1.5d", "1w", "-1d ", " 1d", "--1d", "10000d", "1D"])("%j is refused", (text) => {
    expect(parseDayOffset(text)).toBeNull();
  });
});

describe("the interval of a window", () => {
  const localDate = "2026-11-23" as BusinessDate;

  it.each([
    [-1, -1, "2026-11-22", "2026-11-22"],
    [-7, -1, "2026-11-16", "2026-11-22"],
    [0, 14, "2026-11-23", "2026-12-07"],
    [0, 0, "2026-11-23", "2026-11-23"],
  ])("from %i to %i days around 2026-11-23 is %s to %s", (fromDays, toDays, from, to) => {
    expect(intervalFor({ fromDays, toDays }, localDate)).toEqual({ from, to });
  });

  it("always has one date more than its ends are days apart", () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.nat(400), (fromDays, days) => {
        expect(datesOf(intervalFor({ fromDays, toDays: fromDays + days }, localDate))).toHaveLength(days + 1);
      }),
    );
  });
});
