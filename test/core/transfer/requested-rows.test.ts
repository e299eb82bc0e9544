import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BusinessDate, addDays, datesOf } from "../../../src/core/base/business-date.ts";
import type { OutputFormat } from "../../../src/core/exporters/built-in-exporters.ts";
import { DATE_FORMATS } from "../../../src/core/exporters/parameter-kind.ts";
import type { ExportRequest } from "../../../src/core/exports/export-request.ts";
import { createRequestCheck, findValueNotRequested } from "../../../src/core/transfer/requested-rows.ts";
import { formatDate } from "../../../src/simulator/format-moment.ts";

function request(overrides: Readonly<Record<string, unknown>> = {}): ExportRequest {
  return { startDate: "2026-11-21", endDate: "2026-11-22", outputFormat: "JSON", timeFormat: "24", muIds: [101, 102], ...overrides };
}

/** `isByDate: false` among the overrides: an exporter whose rows do not belong to one date each. */
function find(name: string, value: string, { isByDate = true, ...overrides }: Readonly<Record<string, unknown>> = {}): string | null {
  return findValueNotRequested({ request: request(overrides), isByDate: isByDate === true }, name, value);
}

const PIPE = { outputFormat: "PIPE", dateFormat: "mmddyyyy" };
const BY_BU = { muIds: undefined, buIds: [7] };
const BY_CT = { muIds: undefined, ctIds: [9] };
const BY_BOTH = { muIds: undefined, buIds: [7], ctIds: [9] };
const BY_GROUP = {
  isByDate: false,
  muIds: undefined,
  timeOffGroupList: [{ timeOffGroup: 3, timeOffRules: ["Vacation"] }],
};

describe("a value of the result of a job that reconciliation claimed", () => {
  it.each([
    ["excdate", "2026-11-20", {}],
    ["excDate", "2026-11-23", {}],
    ["Date", "2026-11-23T00:00:00", {}],
    ["schedDate", "2026-11-19", {}],
    ["schedDate", "2026-11-24", {}],
    ["excdate", "2026-11-24", { disableMidnightCutOff: true }],
    ["date", "11202026", PIPE],
    ["date", "22112026", PIPE],
    ["date", "2026-11-22", PIPE],
    ["date", "112226", PIPE],
    ["date", "231126", { outputFormat: "PIPE", dateFormat: "DDMMYY" }],
    ["date", "11/20/2026", { dateFormat: "mmddyyyy" }],
    ["date", "last Tuesday", {}],
    ["date", "2026-11-20", { outputFormat: "XML" }],
    ["muID", "103", {}],
    ["mu_id", " 1 ", {}],
    ["MUID", "999", { isByDate: false }],
    ["buID", "8", BY_BU],
    ["ctID", "10", BY_CT],
    ["timeOffGroup", "4", BY_GROUP],
  ])("%s %s was not requested", (name, value, overrides) => {
    expect(find(name, value, overrides)).toBe(`${name} ${value.trim()}`);
  });

  it.each([
    ["excdate", "2026-11-21", {}],
    ["date", "2026-11-22 08:00", {}],
    ["date", "", {}],
    ["schedDate", "2026-11-20", {}],
    ["excdate", "2026-11-20", { disableMidnightCutOff: true }],
    ["date", "11/22/2026", PIPE],
    ["date", "11222026", PIPE],
    ["date", "whatever", { outputFormat: "PIPE" }],
    ["date", "2026-11-22", { dateFormat: "mmddyyyy" }],
    ["date", "11222026", { dateFormat: "mmddyyyy" }],
    ["date", "11/20/2026", { outputFormat: "XML" }],
    ["hireDate", "2011-03-12", {}],
    ["date", "2011-03-12", { isByDate: false }],
    ["date", "2011-03-12", BY_GROUP],
    ["muID", "101", {}],
    ["muID", "", {}],
    ["muID", "Sales East", {}],
    ["muName", "103", {}],
    ["muID", "999", BY_GROUP],
    ["muID", "999", BY_BU],
    ["ctID", "-1", {}],
    ["ctID", "10", BY_BU],
    ["buID", "", BY_BU],
    ["buID", "7", BY_BU],
    ["buID", "8", BY_CT],
    ["ctID", "10", BY_BOTH],
    ["buID", "8", BY_BOTH],
    ["timeOffGroup", "3", BY_GROUP],
    ["timeOffGroup", "4", { isByDate: false, muIds: undefined, timeOffGroupList: [] }],
    ["muID", "999", { muIds: [] }],
    ["timeOffGroup", "4", { isByDate: false, muIds: undefined, allTimeOffGroups: {} }],
  ])("%s %j proves nothing", (name, value, overrides) => {
    expect(find(name, value, overrides)).toBeNull();
  });

  it("is shown with 40 characters at most", () => {
    expect(find("date", "x".repeat(100))).toBe(`date ${"x".repeat(40)}…`);
    expect(find("date", "x".repeat(40))).toBe(`date ${"x".repeat(40)}`);
  });

  it("was not requested exactly when its date lies outside of the interval, whichever date format was requested", () => {
    const formats = fc.constantFrom(...DATE_FORMATS, ...DATE_FORMATS.map((format) => format.toUpperCase()));
    const outputs = fc.constantFrom<OutputFormat>("PIPE", "JSON");
    fc.assert(
      fc.property(
        fc.nat(3000),
        fc.nat(40),
        fc.integer({ min: -50, max: 90 }),
        formats,
        outputs,
        (start, days, off, dateFormat, outputFormat) => {
          const from = addDays("2020-01-01" as BusinessDate, start);
          const interval = { from, to: addDays(from, days) };
          const date = addDays(from, off);
          const requested = request({ startDate: interval.from, endDate: interval.to, outputFormat, dateFormat });
          const found = findValueNotRequested({ request: requested, isByDate: true }, "date", formatDate(date, dateFormat));
          expect(found === null).toBe(datesOf(interval).includes(date));
        },
      ),
    );
  });

  it("was not requested exactly when its entity is not in the request", () => {
    const id = fc.nat(30);
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), id, (muIds, muID) => {
        expect(find("muID", String(muID), { muIds }) === null).toBe(muIds.includes(muID));
      }),
    );
  });
});

describe("the check of a result", () => {
  it("names what was found, and the columns that the request names", () => {
    const check = createRequestCheck({ isByDate: true, request: request({ fields: [{ name: "muID" }, { name: "excdate" }] }) });
    expect(check.columns).toEqual(["muID", "excdate"]);
    expect(check.check("muID", "103")).toEqual({ reason: "claim-rejected", found: "muID 103" });
    expect(check.check("muID", "101")).toBeNull();
    expect(createRequestCheck({ isByDate: true, request: request() }).columns).toBeNull();
  });
});
