import { SaxesParser } from "saxes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExporterDefinition, Selector } from "../../src/core/exporter-catalog.ts";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { expectedRecords } from "../../src/simulator/expected-records.ts";
import { openSimulator, type Visitor } from "./plain-client.ts";

function own(slug: string, selector: Selector, rest: Partial<ExporterDefinition> = {}): ExporterDefinition {
  const defaults = { title: slug, formatOptionalForJson: false, isCutByDate: false, parameters: {}, takesAnyParameter: true };
  return { slug, selector, formats: ["JSON", "PIPE", "XML"], ...defaults, ...rest };
}

const EXPORTERS = [
  own("agent-moods", "management-units"),
  own("ct-moods", "contact-types"),
  own("leave-moods", "time-off-groups"),
  own("strict-moods", "management-units", {
    formats: ["JSON"],
    takesAnyParameter: false,
    parameters: { timeFormat: { required: ["JSON"], optional: [] }, mood: { required: ["JSON"], optional: [] } },
  }),
];

const SELECT = { "agent-moods": { muIds: [101] }, "ct-moods": { buIds: [301] }, "leave-moods": { allTimeOffGroups: {} } } as const;
const DATES = { startDate: "2026-11-20", endDate: "2026-11-21" };

let simulator: Simulator;
let visitor: Visitor;

beforeAll(async () => {
  ({ simulator, visitor } = await openSimulator({ exporters: EXPORTERS }));
});
afterAll(async () => await simulator.close());

function countRecords(format: string, text: string): number {
  if (format === "JSON") return (JSON.parse(text) as unknown[]).length;
  if (format === "PIPE") return text.trim().split("\n").length - 1;
  let rows = 0;
  const parser = new SaxesParser();
  parser.on("opentag", ({ name }) => (rows += name === "row" ? 1 : 0));
  parser.write(text).close();
  return rows;
}

describe("an exporter that only the configuration knows", () => {
  const cases = Object.keys(SELECT).flatMap((slug) => ["JSON", "PIPE", "XML"].map((format) => [slug, format] as const));

  it.each(cases)("%s has plausible rows as %s, as many as it announces", async (slug, outputFormat) => {
    const request = { ...DATES, ...SELECT[slug as keyof typeof SELECT], outputFormat, anything: { goes: [1] } };
    const jobId = await visitor.submitted(slug, request);
    simulator.advance(60_000);
    const status = await visitor.status(jobId);
    const { text } = await visitor.result(jobId);
    expect(status).toMatchObject({ exporterType: slug, outputFormat });
    expect(status.totalRecords).toBeGreaterThan(0);
    expect(countRecords(outputFormat, text)).toBe(status.totalRecords);
    expect(expectedRecords(slug, request)).toBe(status.totalRecords);
  });

  it("has the fields that are asked for, whatever their names", async () => {
    const fields = [{ name: "date" }, { name: "moodOfTheDay" }];
    const jobId = await visitor.submitted("agent-moods", { ...DATES, muIds: [101], outputFormat: "JSON", fields });
    simulator.advance(60_000);
    const rows: Record<string, unknown>[] = JSON.parse((await visitor.result(jobId)).text);
    for (const row of rows) expect(Object.keys(row)).toEqual(["date", "moodOfTheDay"]);
  });

  it.each([
    ["agent-moods", { muIds: [] }, "Invalid muIds value: []"],
    ["agent-moods", {}, "Missing required parameter: 'muIds'"],
    ["agent-moods", { muIds: [101], ctIds: [201] }, "Unrecognized parameter: 'ctIds'"],
    ["strict-moods", { muIds: [101], timeFormat: "24" }, "Missing required parameter: 'mood'"],
    ["strict-moods", { muIds: [101], timeFormat: 24, mood: 1 }, "Invalid timeFormat value: '24'"],
    ["strict-moods", { muIds: [101], timeFormat: "24", mood: 1, colour: 1 }, "Unrecognized parameter: 'colour'"],
  ])("%s refuses %j: %s", async (slug, members, detail) => {
    const answer = await visitor.submit(slug, { ...DATES, outputFormat: "JSON", ...members });
    expect(answer.status).toBe(400);
    expect((JSON.parse(answer.text) as { details: string[] }).details).toEqual([detail]);
  });
});
