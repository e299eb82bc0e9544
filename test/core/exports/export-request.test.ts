import { describe, expect, it } from "vitest";
import { findExporter, useOf } from "../../../src/core/exporters/built-in-exporters.ts";
import { KNOWN_PARAMETERS } from "../../../src/core/exporters/parameter-kind.ts";
import { buildRequest, checkParameters } from "../../../src/core/exports/export-request.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { CASES, rightValue, WRONG } from "../../factories/exporter-cases.ts";

describe("a request", () => {
  it("has the export's parameters, the dates, the format and the selection, and is sent as it is", () => {
    const definition = buildExport({ outputFormat: "PIPE", parameters: { timeFormat: "24", dateFormat: "yyyymmdd" } });
    expect(buildRequest(definition, { muIds: [101, 102], ctIds: [201] }, buildInterval("2026-11-20", "2026-11-22"))).toEqual({
      timeFormat: "24",
      dateFormat: "yyyymmdd",
      startDate: "2026-11-20",
      endDate: "2026-11-22",
      outputFormat: "PIPE",
      muIds: [101, 102],
      ctIds: [201],
    });
  });

  it("contains the members of a time-off selection, not the selection itself", () => {
    const request = buildRequest(buildExport(), { timeOff: { allTimeOffGroups: { includeAllTimeOffRules: true } } }, buildInterval());
    expect(request).toMatchObject({ allTimeOffGroups: { includeAllTimeOffRules: true } });
    expect(Object.keys(request)).not.toContain("timeOff");
  });

  it("cannot have its dates or its format replaced by a parameter", () => {
    const definition = buildExport({ parameters: { startDate: "2020-01-01", endDate: "2020-01-01", outputFormat: "XML" } });
    expect(buildRequest(definition, { muIds: [101] }, buildInterval("2026-11-22"))).toEqual({
      startDate: "2026-11-22",
      endDate: "2026-11-22",
      outputFormat: "JSON",
      muIds: [101],
    });
  });
});

describe.each(CASES)("$slug as $format", ({ exporter, slug, format, minimal, maximal }) => {
  const takes = Object.keys(exporter.parameters).join(", ");

  it("accepts what it needs and everything that it may have", () => {
    expect(checkParameters(exporter, format, minimal)).toEqual([]);
    expect(checkParameters(exporter, format, maximal)).toEqual([]);
  });

  it("reports each parameter that it needs and does not have", () => {
    for (const parameter of Object.keys(minimal)) {
      const { [parameter]: _, ...rest } = maximal;
      const message = `${slug} needs ${parameter} when outputFormat is ${format}`;
      expect(checkParameters(exporter, format, rest)).toEqual([{ parameter, message }]);
    }
  });

  it("refuses each parameter that it does not have", () => {
    for (const parameter of [...KNOWN_PARAMETERS, "colour", "constructor"]) {
      if (useOf(exporter, parameter, format) !== "forbidden") continue;
      const message =
        parameter in exporter.parameters && parameter !== "constructor"
          ? `${slug} does not take ${parameter} when outputFormat is ${format}`
          : `${slug} has no parameter ${parameter}; it takes ${takes}`;
      const given = { ...minimal, [parameter]: rightValue(exporter, parameter) };
      expect(checkParameters(exporter, format, given)).toEqual([{ parameter, message }]);
    }
  });

  it("refuses what the export itself sets", () => {
    for (const [parameter, place] of [
      ["startDate", "window"],
      ["endDate", "window"],
      ["outputFormat", "own outputFormat"],
      ["muIds", "select"],
      ["buIds", "select"],
      ["ctIds", "select"],
      ["allTimeOffGroups", "select"],
      ["timeOffGroupList", "select"],
    ] as const) {
      const message = `${parameter} is no parameter: the export's ${place} says what it is`;
      expect(checkParameters(exporter, format, { ...minimal, [parameter]: [101] })).toEqual([{ parameter, message }]);
    }
  });

  it("refuses each wrong value", () => {
    for (const parameter of Object.keys(maximal)) {
      const { values, message } = WRONG[parameter]!;
      for (const value of values) {
        expect(checkParameters(exporter, format, { ...maximal, [parameter]: value })).toEqual([{ parameter, message }]);
      }
    }
  });
});

describe("an exporter that accepts any parameter", () => {
  const open = { ...findExporter("mu-results")!, slug: "ours", parameters: {}, takesAnyParameter: true };

  it("accepts any value of it, also of one whose values are known", () => {
    expect(checkParameters(open, "JSON", { color: 7, dateFormat: "whatever" })).toEqual([]);
  });

  it("refuses what the export itself sets", () => {
    const message = "muIds is no parameter: the export's select says what it is";
    expect(checkParameters(open, "JSON", { muIds: [101] })).toEqual([{ parameter: "muIds", message }]);
  });
});

describe("an exporter without parameters", () => {
  it("says that it takes none", () => {
    const bare = { ...findExporter("mu-results")!, slug: "bare", parameters: {} };
    const message = "bare has no parameter color; it takes none";
    expect(checkParameters(bare, "JSON", { color: "red" })).toEqual([{ parameter: "color", message }]);
  });
});
