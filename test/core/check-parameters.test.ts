import { describe, expect, it } from "vitest";
import { useOf } from "../../src/core/exporter-catalog.ts";
import { checkParameters } from "../../src/core/export-request.ts";
import { KNOWN_PARAMETERS } from "../../src/core/parameter-kind.ts";
import { CASES, rightValue, WRONG } from "../factories/exporter-cases.ts";

describe.each(CASES)("$slug as $format", ({ exporter, slug, format, minimal, maximal }) => {
  const takes = Object.keys(exporter.parameters).join(", ");

  it("takes what it needs and everything that it may take", () => {
    expect(checkParameters(exporter, format, minimal)).toEqual([]);
    expect(checkParameters(exporter, format, maximal)).toEqual([]);
  });

  it("misses each parameter that it needs", () => {
    for (const parameter of Object.keys(minimal)) {
      const { [parameter]: _, ...rest } = maximal;
      const message = `${slug} needs ${parameter} when outputFormat is ${format}`;
      expect(checkParameters(exporter, format, rest)).toEqual([{ parameter, message }]);
    }
  });

  it("refuses each parameter that it does not take", () => {
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

  it("refuses what the export itself says", () => {
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
