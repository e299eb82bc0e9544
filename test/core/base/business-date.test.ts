import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  type BusinessDate,
  businessDateAt,
  datesOf,
  isTimeZone,
  parseBusinessDate,
} from "../../../src/core/base/business-date.ts";
import { buildInterval } from "../../factories/build-run.ts";

const date = (text: string) => text as BusinessDate;
const anyDate = fc
  .date({ min: new Date("1900-01-01T00:00:00Z"), max: new Date("2199-12-31T00:00:00Z"), noInvalidDate: true })
  .map((instant) => date(instant.toISOString().slice(0, 10)));

describe("parseBusinessDate", () => {
  it.each(["2026-11-22", "2024-02-29", "0001-01-01", "9999-12-31"])("reads %s", (text) => {
    expect(parseBusinessDate(text)).toBe(text);
  });

  it.each([
    ["a day that the month does not have", "2026-11-31"],
    ["February 29 of a common year", "2026-02-29"],
    ["a thirteenth month", "2026-13-01"],
    ["day zero", "2026-11-00"],
    ["digits without hyphens", "20261122"],
    ["missing zeros", "2026-1-1"],
    ["a time behind the date", "2026-11-22T00:00"],
    ["a space before the date", " 2026-11-22"],
    ["a five-digit year", "12026-11-22"],
    ["no text", ""],
  ])("refuses %s", (_what, text) => {
    expect(parseBusinessDate(text)).toBeNull();
  });

  it("reads every date of the calendar, unchanged", () => {
    fc.assert(
      fc.property(anyDate, (text) => {
        expect(parseBusinessDate(text)).toBe(text);
      }),
    );
  });
});

describe("addDays", () => {
  it.each([
    ["2026-11-22", 1, "2026-11-23"],
    ["2026-11-30", 1, "2026-12-01"],
    ["2026-01-01", -1, "2025-12-31"],
    ["2024-02-28", 1, "2024-02-29"],
    ["2026-11-22", 0, "2026-11-22"],
    ["2026-11-22", 365, "2027-11-22"],
  ])("%s and %i days is %s", (from, days, to) => {
    expect(addDays(date(from), days)).toBe(to);
  });

  it("is undone by subtracting the same days", () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -10_000, max: 10_000 }), (from, days) => {
        expect(addDays(addDays(from, days), -days)).toBe(from);
      }),
    );
  });
});

describe("businessDateAt", () => {
  it.each([
    ["UTC", "2026-11-22"],
    ["America/Chicago", "2026-11-21"],
    ["Pacific/Auckland", "2026-11-22"],
    ["Pacific/Honolulu", "2026-11-21"],
    ["Asia/Tokyo", "2026-11-22"],
  ])("is the local date of 2026-11-22T04:00Z in %s", (timeZone, expected) => {
    expect(businessDateAt(new Date("2026-11-22T04:00:00.000Z"), timeZone)).toBe(expected);
  });

  it("changes at local midnight, also on a day with a clock change", () => {
    const timeZone = "America/Chicago"; // 25 hours long on 2026-11-01
    expect(businessDateAt(new Date("2026-11-01T05:00:00.000Z"), timeZone)).toBe("2026-11-01");
    expect(businessDateAt(new Date("2026-11-02T05:59:59.999Z"), timeZone)).toBe("2026-11-01");
    expect(businessDateAt(new Date("2026-11-02T06:00:00.000Z"), timeZone)).toBe("2026-11-02");
  });
});

describe("an interval", () => {
  it("has both of its ends, in order", () => {
    expect(datesOf(buildInterval("2026-02-27", "2026-03-01"))).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
  });

  it("is empty when it ends before it starts", () => {
    expect(datesOf(buildInterval("2026-11-22", "2026-11-21"))).toEqual([]);
  });

  it("has every date from its start to its end once", () => {
    fc.assert(
      fc.property(anyDate, fc.nat(400), (from, days) => {
        const interval = { from, to: addDays(from, days) };
        const dates = datesOf(interval);
        expect(dates).toEqual(Array.from({ length: days + 1 }, (_, index) => addDays(from, index)));
      }),
    );
  });
});

describe("isTimeZone", () => {
  it.each(["UTC", "America/Chicago", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])("accepts %s", (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(["", "+05:30", "05:30", "America/Nowhere", "America/", "../etc/passwd", "UTC "])("refuses %j", (name) => {
    expect(isTimeZone(name)).toBe(false);
  });

  it("accepts every zone that the platform knows", () => {
    expect(Intl.supportedValuesOf("timeZone").filter((name) => !isTimeZone(name))).toEqual([]);
  });
});
