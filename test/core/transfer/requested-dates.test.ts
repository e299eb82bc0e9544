import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate, datesOf, parseBusinessDate } from "../../../src/core/base/business-date.ts";
import { DATE_FORMATS } from "../../../src/core/exporters/parameter-kind.ts";
import type { ExportRequest } from "../../../src/core/exports/export-request.ts";
import { isRequestedDate, type RequestedDates, requestedDatesFor } from "../../../src/core/transfer/requested-dates.ts";
import { buildInterval } from "../../factories/build-run.ts";

const DAY = { from: "2026-11-22", to: "2026-11-22" };
const WITH_NEIGHBORS = { from: "2026-11-21", to: "2026-11-23" };

function request(overrides: Readonly<Record<string, unknown>> = {}): ExportRequest {
  return { startDate: "2026-11-22", endDate: "2026-11-22", outputFormat: "JSON", ...overrides };
}

describe("the dates that a column may contain", () => {
  it.each<[string, Readonly<Record<string, unknown>>, RequestedDates | object]>([
    ["date", {}, { interval: DAY, formats: ["iso"], isStrict: true }],
    ["excdate", {}, { interval: DAY, formats: ["iso"], isStrict: true }],
    ["scheddate", {}, { interval: WITH_NEIGHBORS, formats: ["iso"], isStrict: true }],
    ["date", { disableMidnightCutOff: true }, { interval: WITH_NEIGHBORS, formats: ["iso"], isStrict: true }],
    ["date", { disableMidnightCutOff: false }, { interval: DAY, formats: ["iso"], isStrict: true }],
    ["date", { dateFormat: "MMDDYY" }, { interval: DAY, formats: ["iso", "mmddyy"], isStrict: true }],
    ["date", { outputFormat: "PIPE", dateFormat: "mmddyy" }, { interval: DAY, formats: ["mmddyy"], isStrict: true }],
    ["date", { outputFormat: "PIPE" }, { interval: DAY, formats: [], isStrict: false }],
    ["date", { outputFormat: "XML" }, { interval: DAY, formats: ["iso"], isStrict: false }],
    ["date", { outputFormat: "XML", dateFormat: "ddmmyy" }, { interval: DAY, formats: ["iso", "ddmmyy"], isStrict: false }],
  ])("%s of a request with %j are %j", (column, overrides, dates) => {
    expect(requestedDatesFor({ request: request(overrides), isByDate: true }, column)).toEqual(dates);
  });

  it.each<[string, string, boolean, Readonly<Record<string, unknown>>]>([
    ["the column is not a date of the row", "created", true, {}],
    ["the rows do not belong to one date each", "date", false, {}],
    ["the request has no valid start", "date", true, { startDate: "2026-02-30" }],
    ["the request has no valid end", "date", true, { endDate: "" }],
  ])("are any dates when %s", (_when, column, isByDate, overrides) => {
    expect(requestedDatesFor({ request: request(overrides), isByDate }, column)).toBeNull();
  });
});

describe("a value of a date column", () => {
  const dates = (formats: readonly string[], isStrict = true): RequestedDates => ({
    interval: buildInterval("2026-11-22"),
    formats,
    isStrict,
  });

  it.each<[string, readonly string[], boolean]>([
    ["2026-11-22", ["iso"], true],
    ["2026-11-22T23:59:59", ["iso"], true],
    ["2026-11-22 08:00", ["iso"], true],
    ["2026-11-21", ["iso"], false],
    ["2026-11-221", ["iso"], false],
    ["2026-02-30", ["iso"], false],
    ["11222026", ["iso"], false],
    ["11222026", ["mmddyyyy"], true],
    ["11/22/2026", ["mmddyyyy"], true],
    ["11-22.2026", ["mmddyyyy"], true],
    ["22112026", ["mmddyyyy"], false],
    ["112226", ["mmddyy"], true],
    ["112226", ["mmddyyyy"], false],
    ["11a22026", ["mmddyyyy"], false],
    ["11112026", ["mmddyyyy", "ddmmyyyy"], false],
    ["22112026", ["mmddyyyy", "ddmmyyyy"], true],
    ["261122", ["yymmdd", "ddmmyy"], true],
    ["112220269", ["mmddyyyy"], false],
    ["", ["iso"], true],
    ["never", ["iso"], false],
  ])("%j in one of the formats %j was requested: %s", (value, formats, isRequested) => {
    expect(isRequestedDate(value, dates(formats))).toBe(isRequested);
  });

  it("proves nothing in another format when the formats are not certain", () => {
    expect(isRequestedDate("last Tuesday", dates(["iso"], false))).toBe(true);
    expect(isRequestedDate("2026-11-21", dates(["iso"], false))).toBe(false);
  });

  it("was requested exactly when its date is in the interval, in every format of the vendor", () => {
    const first = "2020-01-01" as BusinessDate;
    fc.assert(
      fc.property(
        fc.constantFrom(...DATE_FORMATS),
        fc.nat(3000),
        fc.nat(5),
        fc.integer({ min: -7, max: 12 }),
        (format, start, days, offset) => {
          const interval = { from: addDays(first, start), to: addDays(first, start + days) };
          const date = addDays(interval.from, offset);
          const [year = "", month = "", day = ""] = date.split("-");
          const value = format.replace("yyyy", year).replace("yy", year.slice(2)).replace("mm", month).replace("dd", day);
          expect(isRequestedDate(value, { interval, formats: [format], isStrict: true })).toBe(datesOf(interval).includes(date));
          expect(parseBusinessDate(date)).toBe(date);
        },
      ),
    );
  });
});
