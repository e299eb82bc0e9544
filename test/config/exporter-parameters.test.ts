import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { useOf } from "../../src/core/exporters/built-in-exporters.ts";
import { KNOWN_PARAMETERS } from "../../src/core/exporters/parameter-kind.ts";
import { CASES, type ExporterCase, rightValue, WRONG } from "../factories/exporter-cases.ts";
import { BASE } from "./base-config.ts";
import { loadText, problemsOf } from "./load-text.ts";

/** The base with an additional export of this exporter. */
function withParameters({ slug, format }: ExporterCase, parameters: Readonly<Record<string, unknown>>): string {
  const added = { connection: "acme", exporter: slug, destination: "lake", outputFormat: format, parameters };
  return `${BASE}${stringify({ added }).replaceAll(/^/gm, "  ").trimEnd()}\n`;
}

function expectProblem(text: string, parameter: string, message: string): void {
  const problems = problemsOf(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^nightferry\.yaml:\d+:\d+ /);
  expect(problems[0]?.replace(/^\S+ /, "")).toBe(`exports.added.parameters.${parameter}: ${message}`);
}

describe.each(CASES)("the parameters of $slug as $format", (exporterCase) => {
  const { exporter, slug, format, minimal, maximal } = exporterCase;

  it("may be only the required ones, or all that the exporter takes", () => {
    for (const parameters of [minimal, maximal]) {
      const loaded = loadText(withParameters(exporterCase, parameters));
      expect(loaded.ok && loaded.value.exports.get("added")?.parameters).toEqual(parameters);
    }
  });

  it("are incomplete without each required one, except timeFormat, which has a default", () => {
    for (const parameter of Object.keys(minimal)) {
      const { [parameter]: _, ...rest } = maximal;
      const text = withParameters(exporterCase, rest);
      if (parameter === "timeFormat") expect(problemsOf(text)).toEqual([]);
      else expectProblem(text, parameter, `${slug} needs ${parameter} when outputFormat is ${format}`);
    }
  });

  it("must not include one that the exporter does not take", () => {
    for (const parameter of KNOWN_PARAMETERS) {
      if (useOf(exporter, parameter, format) !== "forbidden") continue;
      const message =
        parameter in exporter.parameters
          ? `${slug} does not take ${parameter} when outputFormat is ${format}`
          : `${slug} has no parameter ${parameter}; it takes ${Object.keys(exporter.parameters).join(", ")}`;
      expectProblem(withParameters(exporterCase, { ...minimal, [parameter]: rightValue(exporter, parameter) }), parameter, message);
    }
  });

  it("must not have an invalid value", () => {
    for (const parameter of Object.keys(maximal)) {
      const { values, message } = WRONG[parameter]!;
      for (const value of values) expectProblem(withParameters(exporterCase, { ...maximal, [parameter]: value }), parameter, message);
    }
  });
});
