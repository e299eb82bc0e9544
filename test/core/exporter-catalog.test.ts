import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  EXPORTERS,
  type ExporterDefinition,
  findExporter,
  mayCutByDate,
  OWN_MEMBERS,
  type OutputFormat,
  useOf,
} from "../../src/core/exporter-catalog.ts";
import { exporterPage } from "../../src/core/exporter-page.ts";
import { KNOWN_PARAMETERS } from "../../src/core/parameter-kind.ts";

/**
 * What the vendor's pages print, one row each, typed off them and not from the code. Under a parameter: `+` printed, `?` the copy is
 * cut before that place (so it may be sent, and the server decides), `-` not there.
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

describe("the catalog", () => {
  it("has the 19 exporters that the vendor's pages print", () => {
    expect(EXPORTERS.map(({ slug }) => slug)).toEqual(rows.map(({ slug }) => slug));
    expect(new Set(EXPORTERS.map(({ title }) => title)).size).toBe(19);
  });

  it.each(rows)("says of $slug what its page says", ({ slug, formats, cells }) => {
    const exporter = findExporter(slug)!;
    expect(exporter.formats).toEqual(formats);
    expect(exporter.formatOptionalForJson).toBe(cells[0] === "R*");
    expect(exporter.selector).toBe(SELECTORS[cells[3] as keyof typeof SELECTORS]);
    for (const format of formats) {
      const use = Object.fromEntries(KNOWN_PARAMETERS.map((parameter) => [parameter, useOf(exporter, parameter, format)]));
      expect(use, format).toEqual(expectedUse(format, cells));
    }
  });

  it("takes no parameter that a request has of itself, nor one that only JavaScript knows", () => {
    for (const exporter of [...EXPORTERS, open]) {
      for (const parameter of OWN_MEMBERS) expect(useOf(exporter, parameter, "JSON")).toBe("forbidden");
    }
    for (const parameter of ["constructor", "__proto__", "toString"]) expect(useOf(EXPORTERS[0]!, parameter, "JSON")).toBe("forbidden");
  });

  it("is the page that is checked in", () => {
    const stored = readFileSync(new URL("../../src/core/exporters.md", import.meta.url), "utf8");
    expect(stored, "write it again: node --import tsx src/config/write-exporter-page.ts").toBe(exporterPage());
  });
});

const open: ExporterDefinition = {
  slug: "agent-adherence-attribute-detail",
  title: "Agent Adherence by Attribute Detail",
  selector: "management-units",
  formats: ["PIPE", "JSON"],
  formatOptionalForJson: false,
  isCutByDate: false,
  parameters: {},
  takesAnyParameter: true,
};

describe("a request may be cut by dates", () => {
  it("unless its rows do not belong to one date each", () => {
    const uncut = EXPORTERS.filter((exporter) => !mayCutByDate(exporter, {})).map(({ slug }) => slug);
    expect(uncut).toEqual(["agent-export", "agent-info", "agent-vacation-summary"]);
    expect(mayCutByDate(open, {})).toBe(false);
    expect(mayCutByDate({ ...open, isCutByDate: true }, {})).toBe(true);
  });

  it("unless schedules are not cut off at midnight", () => {
    const schedules = findExporter("agent-schedule-detail")!;
    expect(mayCutByDate(schedules, { disableMidnightCutOff: false })).toBe(true);
    expect(mayCutByDate(schedules, { disableMidnightCutOff: true })).toBe(false);
  });
});
