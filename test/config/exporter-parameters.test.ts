import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { useOf } from "../../src/core/exporter-catalog.ts";
import { KNOWN_PARAMETERS } from "../../src/core/parameter-kind.ts";
import { CASES, type ExporterCase, rightValue, WRONG } from "../factories/exporter-cases.ts";
import { BASE } from "./base-config.ts";
import { loadText, problemsOf } from "./load-text.ts";

/** The base with one more export of this exporter. */
function withParameters({ slug, format }: ExporterCase, parameters: Readonly<Record<string, unknown>>): string {
  const one = { connection: "acme", exporter: slug, destination: "lake", outputFormat: format, parameters };
  return `${BASE}${stringify({ one }).replaceAll(/^/gm, "  ").trimEnd()}\n`;
}

function expectProblem(text: string, parameter: string, message: string): void {
  const problems = problemsOf(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^nightferry\.yaml:\d+:\d+ /);
  expect(problems[0]?.replace(/^\S+ /, "")).toBe(`exports.one.parameters.${parameter}: ${message}`);
}

describe.each(CASES)("$slug as $format, in the configuration", (one) => {
  const { exporter, slug, format, minimal, maximal } = one;

  it("is right with what it needs, and with everything that it may take", () => {
    for (const parameters of [minimal, maximal]) {
      const loaded = loadText(withParameters(one, parameters));
      expect(loaded.ok && loaded.value.exports.get("one")?.parameters).toEqual(parameters);
    }
  });

  it("is told each parameter that it misses; timeFormat is filled in", () => {
    for (const parameter of Object.keys(minimal)) {
      const { [parameter]: _, ...rest } = maximal;
      const text = withParameters(one, rest);
      if (parameter === "timeFormat") expect(problemsOf(text)).toEqual([]);
      else expectProblem(text, parameter, `${slug} needs ${parameter} when outputFormat is ${format}`);
    }
  });

  it("is told each parameter that it does not take", () => {
    for (const parameter of KNOWN_PARAMETERS) {
      if (useOf(exporter, parameter, format) !== "forbidden") continue;
      const message =
        parameter in exporter.parameters
          ? `${slug} does not take ${parameter} when outputFormat is ${format}`
          : `${slug} has no parameter ${parameter}; it takes ${Object.keys(exporter.parameters).join(", ")}`;
      expectProblem(withParameters(one, { ...minimal, [parameter]: rightValue(exporter, parameter) }), parameter, message);
    }
  });

  it("is told each wrong value", () => {
    for (const parameter of Object.keys(maximal)) {
      const { values, message } = WRONG[parameter]!;
      for (const value of values) expectProblem(withParameters(one, { ...maximal, [parameter]: value }), parameter, message);
    }
  });
});
