import { describe, expect, it } from "vitest";
import {
  EXPORTERS,
  type ExporterDefinition,
  findExporter,
  maySplitByDate,
  OWN_MEMBERS,
  parseOutputFormat,
  SELECTORS as SELECTOR_RULES,
  type OutputFormat,
  useOf,
} from "../../../src/core/exporters/built-in-exporters.ts";
import { KNOWN_PARAMETERS } from "../../../src/core/exporters/parameter-kind.ts";

/**
 * What the vendor's pages print, one row for each. The rows were copied from the pages, not from the code. Under a parameter: `+` printed, `?`
 * our copy of the page ends before it (so it may be sent, and the server decides), `-` not printed.
 */
const PAGES = `
slug                              | formats       | format | dates | times | by  | keep | head | attr | fields | other
agent-activity-and-schedules      | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | -    | +      |
agent-activity-detail             | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | +    | +      |
agent-activity-summary            | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | +    | ?      |
agent-adherence-attribute-summary | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | +    | +      |
agent-adherence-detail            | PIPE JSON     | R      | PIPE  | all   | mu  | +    | ?    | +    | ?      |
agent-adherence-summary           | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | +    | ?      |
agent-export                      | XML JSON      | R      | -     | -     | mu  | +    | -    | -    | +      | recordType! lastModifiedTime
agent-info                        | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | -    | +      |
agent-results-detail              | PIPE JSON     | R*     | PIPE  | all   | mu  | +    | ?    | ?    | ?      |
agent-results-summary             | PIPE JSON     | R*     | PIPE  | all   | mu  | +    | +    | -    | +      |
agent-schedule-detail             | PIPE JSON     | R      | PIPE  | all   | mu  | ?    | ?    | ?    | ?      | lastModifiedTime disableMidnightCutOff
agent-schedule-summary            | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | +    | +      |
agent-vacation-summary            | PIPE XML JSON | R      | PIPE  | lines | off | +    | ?    | ?    | ?      |
ct-active-forecast                | PIPE JSON     | R      | PIPE  | all   | ct  | +    | +    | -    | +      |
ct-queue-data                     | PIPE JSON     | R*     | PIPE  | all   | ct  | +    | +    | -    | +      |
ct-results                        | PIPE JSON     | R*     | PIPE  | all   | ct  | +    | +    | -    | +      |
mu-forecast                       | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | -    | +      |
mu-opens                          | XML JSON      | R      | -     | -     | mu  | +    | -    | -    | -      |
mu-results                        | PIPE JSON     | R      | PIPE  | all   | mu  | +    | +    | -    | +      |
`;

const SELECTORS = { mu: "management-units", ct: "contact-types", off: "time-off-groups" } as const;

const rows = PAGES.trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([slug = "", formats = "", ...cells]) => ({ slug, formats: formats.split(" ") as OutputFormat[], cells }));

/** The use of every parameter under a format, by the rules that all pages share. */
function expectedUse(format: OutputFormat, [, dates, times, , keep, head, attribute, fields, other = ""]: readonly string[]) {
  const optional = (isPrinted: boolean) => (isPrinted ? "optional" : "forbidden");
  const others = new Set(other.split(" "));
  const otherUse = (name: string) => (others.has(`${name}!`) ? "required" : optional(others.has(name)));
  return {
    dateFormat: dates === "-" ? "forbidden" : format === "PIPE" ? "required" : "optional",
    timeFormat: times === "all" || (times === "lines" && format !== "XML") ? "required" : "forbidden",
    keepEmptyJsonFields: optional(keep !== "-" && format === "JSON"),
    excludePipeHeader: optional(head !== "-" && format === "PIPE"),
    attribute: optional(attribute !== "-"),
    fields: optional(fields !== "-"),
    recordType: otherUse("recordType"),
    lastModifiedTime: otherUse("lastModifiedTime"),
    disableMidnightCutOff: otherUse("disableMidnightCutOff"),
  };
}

describe("the table of built-in exporters", () => {
  it("has the 19 exporters of the vendor's pages, in their order", () => {
    expect(EXPORTERS.map(({ slug }) => slug)).toEqual(rows.map(({ slug }) => slug));
    expect(new Set(EXPORTERS.map(({ title }) => title)).size).toBe(19);
  });

  it.each(rows)("agrees with the vendor's page about $slug", ({ slug, formats, cells }) => {
    const exporter = findExporter(slug)!;
    expect(exporter.formats).toEqual(formats);
    expect(exporter.formatOptionalForJson).toBe(cells[0] === "R*");
    expect(exporter.selector).toBe(SELECTORS[cells[3] as keyof typeof SELECTORS]);
    for (const format of formats) {
      const use = Object.fromEntries(KNOWN_PARAMETERS.map((parameter) => [parameter, useOf(exporter, parameter, format)]));
      expect(use, format).toEqual(expectedUse(format, cells));
    }
  });

  it("accepts no parameter that the request itself has, nor the name of a member that every JavaScript object has", () => {
    for (const exporter of [...EXPORTERS, open]) {
      for (const parameter of OWN_MEMBERS) expect(useOf(exporter, parameter, "JSON")).toBe("forbidden");
    }
    for (const parameter of ["constructor", "__proto__", "toString"]) expect(useOf(EXPORTERS[0]!, parameter, "JSON")).toBe("forbidden");
  });
});

const open: ExporterDefinition = {
  slug: "agent-adherence-attribute-detail",
  title: "Agent Adherence by Attribute Detail",
  selector: "management-units",
  formats: ["PIPE", "JSON"],
  formatOptionalForJson: false,
  isSplitByDate: false,
  parameters: {},
  takesAnyParameter: true,
};

describe("a selector", () => {
  it("takes one of its members only when it selects time off", () => {
    const oneOnly = Object.values(SELECTOR_RULES).filter(({ isOneOnly }) => isOneOnly);
    expect(oneOnly).toEqual([SELECTOR_RULES["time-off-groups"]]);
  });
});

describe("an exporter that accepts any parameter", () => {
  it("has optional parameters of any name", () => {
    expect(useOf(open, "color", "JSON")).toBe("optional");
    expect(useOf({ ...open, takesAnyParameter: false }, "color", "JSON")).toBe("forbidden");
  });
});

describe("a request may be split by dates", () => {
  it("unless its rows do not belong to one date each", () => {
    const unsplit = EXPORTERS.filter((exporter) => !maySplitByDate(exporter, {})).map(({ slug }) => slug);
    expect(unsplit).toEqual(["agent-export", "agent-info", "agent-vacation-summary"]);
    expect(maySplitByDate(open, {})).toBe(false);
    expect(maySplitByDate({ ...open, isSplitByDate: true }, {})).toBe(true);
  });

  it("unless schedules are not cut off at midnight", () => {
    const schedules = findExporter("agent-schedule-detail")!;
    expect(maySplitByDate(schedules, { disableMidnightCutOff: false })).toBe(true);
    expect(maySplitByDate(schedules, { disableMidnightCutOff: true })).toBe(false);
  });
});

describe("an output format", () => {
  it.each([
    ["JSON", "JSON"],
    ["json", "JSON"],
    ["Pipe", "PIPE"],
    ["xml", "XML"],
    ["CSV", null],
    ["", null],
    ["JSON ", null],
  ])("%j is read as %j", (word, format) => {
    expect(parseOutputFormat(word)).toBe(format);
  });
});

describe("findExporter", () => {
  it("finds an exporter by its slug, and by nothing else", () => {
    expect(findExporter("mu-opens")?.title).toBe("MU Opens");
    expect(findExporter("MU Opens")).toBeNull();
  });
});
