import { createHash } from "node:crypto";
import { SaxesParser } from "saxes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXPORTERS } from "../../src/core/exporters/built-in-exporters.ts";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { expectedRecords } from "../../src/simulator/expected-records.ts";
import { renderResult } from "../fakes/render-result.ts";
import { openSimulator, validRequest, type LoggedInClient } from "./plain-client.ts";

let simulator: Simulator;
let client: LoggedInClient;

beforeAll(async () => {
  ({ simulator, client } = await openSimulator());
});
afterAll(async () => await simulator.close());

const CASES = EXPORTERS.flatMap(({ slug, formats }) => formats.map((format) => ({ slug, format })));
type Row = Record<string, unknown>;

test.each(CASES)(
  "$slug returns as many rows in $format as it announces, all of the requested dates and entities",
  async ({ slug, format }) => {
    const request = validRequest(slug, format);
    const jobId = await client.submitJob(slug, request);
    simulator.advance(60_000);
    const status = await client.status(jobId);
    const result = await client.result(jobId);

    expect(status).toMatchObject({ status: "COMPLETED_SUCCESFULLY", exporterType: slug, outputFormat: format });
    expect(result.status).toBe(200);
    expect(result.headers["content-encoding"]).toBe("GZIP");
    expect(status.resultsSizeBytes).toEqual({ compressed: result.raw.length, uncompressed: Buffer.byteLength(result.text) });
    const rows = parseRows(format, result.text);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toHaveLength(status.totalRecords ?? -1);
    expect(rows).toHaveLength(expectedRecords(slug, request));

    const dates = format === "PIPE" ? ["11202026", "11212026", "11222026"] : ["2026-11-20", "2026-11-21", "2026-11-22"];
    const entity = slug === "agent-vacation-summary" ? "timeOffGroup" : slug.startsWith("ct-") ? "ctID" : "muID";
    const ids = { timeOffGroup: [501, 502, 503], ctID: [201, 202, 203], muID: [101, 102] }[entity];
    for (const row of rows) {
      expect(dates).toContain(row["date"] ?? row["excdate"]);
      expect(ids).toContain(Number(row[entity]));
    }
  },
);

test("equal requests return equal bytes on all simulators of the same shape, and from renderResult", async () => {
  const request = validRequest("agent-schedule-detail", "JSON");
  const other = await openSimulator();
  const digests: string[] = [];
  for (const one of [{ simulator, client }, other, other]) {
    const jobId = await one.client.submitJob("agent-schedule-detail", request);
    one.simulator.advance(60_000);
    digests.push(digest([Buffer.from((await one.client.result(jobId)).text)]));
  }
  await other.simulator.close();
  const chunks: Buffer[] = [];
  for await (const chunk of renderResult("agent-schedule-detail", request)) chunks.push(chunk);
  expect(new Set(digests)).toEqual(new Set([digest(chunks)]));
});

test("the rows of an entity and date do not depend on what else is requested", async () => {
  const request = validRequest("agent-schedule-summary", "JSON");
  const all = parseRows("JSON", await documentFor("agent-schedule-summary", request));
  const one = parseRows(
    "JSON",
    await documentFor("agent-schedule-summary", { ...request, startDate: "2026-11-21", endDate: "2026-11-21", muIds: [102] }),
  );
  expect(one).toEqual(all.filter((row) => row["muID"] === 102 && row["date"] === "2026-11-21"));
});

test("another seed produces other rows", async () => {
  const request = validRequest("agent-adherence-summary", "JSON");
  expect(await documentFor("agent-adherence-summary", request, { seed: 2 })).not.toBe(
    await documentFor("agent-adherence-summary", request),
  );
});

test("PIPE uses the requested formats of date and time, and can leave out its header", async () => {
  const request = { ...validRequest("agent-schedule-detail", "PIPE"), dateFormat: "YYDDMM", timeFormat: "12", excludePipeHeader: true };
  const [line = ""] = (await documentFor("agent-schedule-detail", request)).split("\n");
  expect(line).toMatch(/^262011\|262011\|/);
  expect(line).toMatch(/\|06:00 AM\|06:45 AM$/);
});

test("JSON leaves out empty members unless keepEmptyJsonFields is true", async () => {
  const request = validRequest("ct-results", "JSON");
  const [short] = parseRows("JSON", await documentFor("ct-results", request));
  const [full] = parseRows("JSON", await documentFor("ct-results", { ...request, keepEmptyJsonFields: true }));
  expect(short).not.toHaveProperty("ssGroupID");
  expect(full).toMatchObject({ ...short, ssGroupID: "" });
});

test("fields select and order the columns, and are not case-sensitive", async () => {
  const request = { ...validRequest("mu-results", "PIPE"), fields: [{ name: "MUID" }, { name: "date" }] };
  expect((await documentFor("mu-results", request)).split("\n").slice(0, 2)).toEqual(["#fields|muID|date", "101|11202026"]);
});

test("a client that does not accept gzip receives the document uncompressed", async () => {
  const jobId = await client.submitJob("mu-results", validRequest("mu-results", "PIPE"));
  simulator.advance(60_000);
  const gzipped = await client.result(jobId);
  for (const coding of ["identity", "gzip;q=0", "br"]) {
    const plain = await client.result(jobId, { headers: { "Accept-Encoding": coding } });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.raw.toString()).toBe(gzipped.text);
    expect(Number(plain.headers["content-length"])).toBe(plain.raw.length);
  }
});

test.each(["JSON", "PIPE"])("pages of %s are complete documents and together contain all records", async (format) => {
  const jobId = await client.submitJob("agent-schedule-detail", validRequest("agent-schedule-detail", format));
  simulator.advance(60_000);
  const whole = parseRows(format, (await client.result(jobId)).text);
  const rows: Row[] = [];
  for (let start = 1; start <= whole.length; start += 50) {
    const page = await client.result(jobId, { query: `?startRecord=${start}&numRecords=50` });
    const pageRows = parseRows(format, page.text);
    const isLast = start + 50 > whole.length;
    expect(page.headers).toMatchObject({ "x-start-record": String(start) });
    expect(page.headers["x-count-records"]).toBe(String(isLast ? whole.length - start : 50));
    expect(page.headers["x-next-record"]).toBe(isLast ? undefined : String(start + 50));
    expect(page.headers["x-remaining-records"]).toBe(isLast ? undefined : String(whole.length - start - 49));
    rows.push(...pageRows);
  }
  expect(rows).toEqual(whole);
});

test.each([
  { exporter: "mu-opens", format: "XML", more: {}, faults: "", opening: /^<\?xml.*\n<opens>\n/, between: "", closing: /<\/opens>\n$/ },
  { exporter: "mu-results", format: "PIPE", more: {}, faults: "", opening: /^#fields.*\n/, between: "", closing: /$/ },
  { exporter: "mu-results", format: "PIPE", more: { excludePipeHeader: true }, faults: "", opening: /^/, between: "", closing: /$/ },
  { exporter: "mu-results", format: "JSON", more: {}, faults: "result.wrapped", opening: /^.*\n/, between: ",\n", closing: /\n\]\}\n$/ },
])("two pages of $exporter in $format with $more $faults can be joined to the whole document", async (one) => {
  const { exporter, format, more, faults, opening, between, closing } = one;
  const jobId = await client.submitJob(exporter, { ...validRequest(exporter, format), ...more });
  simulator.advance(60_000);
  const ask = async (query = "") => (await client.result(jobId, { query, faults })).text;
  const total = (await client.status(jobId)).totalRecords ?? 0;
  const first = await ask(`?startRecord=1&numRecords=${total - 2}`);
  const second = await ask(`?startRecord=${total - 1}&numRecords=2`);
  expect(first.replace(closing, "") + between + second.replace(opening, "")).toBe(await ask());
});

test("pages are counted, and no-pages disables them", async () => {
  const jobId = await client.submitJob("mu-results", validRequest("mu-results", "JSON"));
  simulator.advance(60_000);
  const whole = await client.result(jobId);
  const query = "?startRecord=3&numRecords=999999";
  const ignored = await client.result(jobId, { query, faults: "no-pages" });
  expect(ignored.text).toBe(whole.text);
  expect(ignored.headers).not.toHaveProperty("x-start-record");
  expect((await client.result(jobId, { query: "?startRecord=x", faults: "no-pages" })).status).toBe(200);
  const pages = () => simulator.stats.pages.filter((page) => page.jobId === jobId);
  expect(pages()).toEqual([]);
  await client.result(jobId, { query });
  expect(pages()).toEqual([{ jobId, startRecord: 3, records: (JSON.parse(whole.text) as unknown[]).length - 2 }]);
});

test.each([
  "?startRecord=1",
  "?numRecords=5",
  "?startRecord=0&numRecords=5",
  "?startRecord=1&numRecords=x",
  "?startRecord=99999&numRecords=1",
])("rejects the page %s", async (query) => {
  const jobId = await client.submitJob("mu-results", validRequest("mu-results", "JSON"));
  simulator.advance(60_000);
  const response = await client.result(jobId, { query });
  expect(response.status).toBe(400);
  expect(JSON.parse(response.text)).toMatchObject({ message: "One or more request validations failed", status: 400 });
});

async function documentFor(exporter: string, request: Record<string, unknown>, options = {}): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of renderResult(exporter, request, options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function parseRows(format: string, text: string): Row[] {
  if (format === "JSON") return JSON.parse(text) as Row[];
  if (format === "XML") return parseXml(text);
  expect(text.endsWith("\n")).toBe(true);
  const [header = "", ...lines] = text.slice(0, -1).split("\n");
  expect(header).toMatch(/^#fields\|/);
  const names = header.split("|").slice(1);
  return lines.map((line) => {
    const values = line.split("|");
    expect(values).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
  });
}

/** The records are the children of the root element. */
function parseXml(text: string): Row[] {
  const rows: Row[] = [];
  const path: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name }) => {
    path.push(name);
    if (path.length === 2) rows.push({});
  });
  parser.on("text", (value) => {
    const row = rows.at(-1);
    if (path.length === 3 && row) row[path[2] ?? ""] = value;
  });
  parser.on("closetag", () => path.pop());
  parser.write(text).close();
  return rows;
}

function digest(chunks: readonly Buffer[]): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}
