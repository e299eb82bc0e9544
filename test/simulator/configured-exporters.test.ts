import { SaxesParser } from "saxes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExporterDefinition, Selector } from "../../src/core/exporters/built-in-exporters.ts";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { expectedRecords } from "../../src/simulator/expected-records.ts";
import { openSimulator, type LoggedInClient } from "./plain-client.ts";

function configured(slug: string, selector: Selector, rest: Partial<ExporterDefinition> = {}): ExporterDefinition {
  const defaults = { title: slug, formatOptionalForJson: false, isSplitByDate: false, parameters: {}, takesAnyParameter: true };
  return { slug, selector, formats: ["JSON", "PIPE", "XML"], ...defaults, ...rest };
}

const EXPORTERS = [
  configured("agent-moods", "management-units"),
  configured("ct-moods", "contact-types"),
  configured("leave-moods", "time-off-groups"),
  configured("strict-moods", "management-units", {
    formats: ["JSON"],
    takesAnyParameter: false,
    parameters: { timeFormat: { required: ["JSON"], optional: [] }, mood: { required: ["JSON"], optional: [] } },
  }),
];

const SELECT = { "agent-moods": { muIds: [101] }, "ct-moods": { buIds: [301] }, "leave-moods": { allTimeOffGroups: {} } } as const;
const DATES = { startDate: "2026-11-20", endDate: "2026-11-21" };

let simulator: Simulator;
let client: LoggedInClient;

beforeAll(async () => {
  ({ simulator, client } = await openSimulator({ exporters: EXPORTERS }));
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

describe("an exporter from the configuration", () => {
  const cases = Object.keys(SELECT).flatMap((slug) => ["JSON", "PIPE", "XML"].map((format) => [slug, format] as const));

  it.each(cases)("%s returns as many rows in %s as it announces", async (slug, outputFormat) => {
    const request = { ...DATES, ...SELECT[slug as keyof typeof SELECT], outputFormat, anything: { goes: [1] } };
    const jobId = await client.submitJob(slug, request);
    simulator.advance(60_000);
    const status = await client.status(jobId);
    const { text } = await client.result(jobId);
    expect(status).toMatchObject({ exporterType: slug, outputFormat });
    expect(status.totalRecords).toBeGreaterThan(0);
    expect(countRecords(outputFormat, text)).toBe(status.totalRecords);
    expect(expectedRecords(slug, request)).toBe(status.totalRecords);
  });

  it("returns the requested fields, whatever their names are", async () => {
    const fields = [{ name: "date" }, { name: "moodOfTheDay" }];
    const jobId = await client.submitJob("agent-moods", { ...DATES, muIds: [101], outputFormat: "JSON", fields });
    simulator.advance(60_000);
    const rows: Record<string, unknown>[] = JSON.parse((await client.result(jobId)).text);
    for (const row of rows) expect(Object.keys(row)).toEqual(["date", "moodOfTheDay"]);
  });

  it.each([
    ["agent-moods", { muIds: [] }, "Invalid muIds value: []"],
    ["agent-moods", {}, "Missing required parameter: 'muIds'"],
    ["agent-moods", { muIds: [101], ctIds: [201] }, "Unrecognized parameter: 'ctIds'"],
    ["strict-moods", { muIds: [101], timeFormat: "24" }, "Missing required parameter: 'mood'"],
    ["strict-moods", { muIds: [101], timeFormat: 24, mood: 1 }, "Invalid timeFormat value: '24'"],
    ["strict-moods", { muIds: [101], timeFormat: "24", mood: 1, colour: 1 }, "Unrecognized parameter: 'colour'"],
  ])("%s rejects %j: %s", async (slug, members, detail) => {
    const response = await client.submit(slug, { ...DATES, outputFormat: "JSON", ...members });
    expect(response.status).toBe(400);
    expect((JSON.parse(response.text) as { details: string[] }).details).toEqual([detail]);
  });
});
