import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate } from "../../src/core/business-date.ts";
import type { EntityKind } from "../../src/core/entity.ts";
import type { ExportRequest } from "../../src/core/export-request.ts";
import {
  EXPORTERS,
  type ExporterDefinition,
  mayCutByDate,
  type OutputFormat,
  type Selector,
  useOf,
} from "../../src/core/exporter-catalog.ts";
import { createForeignCheck } from "../../src/core/foreign-rows.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { createDataShape, entityIds } from "../../src/simulator/data-shape.ts";
import { renderResult } from "../../src/simulator/render-result.ts";

const shape = createDataShape();
const FROM = "2026-11-21" as BusinessDate;

const CASES = EXPORTERS.flatMap((exporter) => exporter.formats.map((format) => [exporter.slug, format, exporter] as const));

/** Two entities, from this place in the simulator's list; of groups only one. */
function selectionOf(selector: Selector, place: number): object {
  const some = (kind: EntityKind) => entityIds(shape, kind).slice(place, place + 2);
  switch (selector) {
    case "management-units":
      return { muIds: some("mu") };
    case "contact-types":
      return { ctIds: some("ct") };
    default:
      return { timeOffGroupList: [{ timeOffGroup: 1 + place, timeOffRules: ["Vacation"] }] };
  }
}

function requestFor(exporter: ExporterDefinition, outputFormat: OutputFormat, { place = 0, days = 0 } = {}): ExportRequest {
  const given = (parameter: string, value: unknown) =>
    useOf(exporter, parameter, outputFormat) === "required" ? { [parameter]: value } : {};
  const from = addDays(FROM, days);
  const interval = { startDate: from, endDate: addDays(from, 1) };
  const parameters = { ...given("dateFormat", "mmddyyyy"), ...given("timeFormat", "24"), ...given("recordType", "newAgent") };
  return { ...parameters, ...interval, outputFormat, ...selectionOf(exporter.selector, place) };
}

/** What the check for one request says of the result of another. */
async function checkRows(exporter: ExporterDefinition, asked: ExportRequest, served = asked) {
  const counter = createRecordCounter(asked.outputFormat, createForeignCheck({ exporter: exporter.slug, request: asked }));
  for await (const chunk of renderResult(exporter.slug, served)) {
    const pushed = counter.push(chunk);
    if (!pushed.ok) return pushed.error.reason;
  }
  const end = counter.end();
  return end.ok ? (end.value > 0 ? "ours" : "empty") : end.error.reason;
}

describe("the check of a claimed job's result", () => {
  it.each(CASES)("accepts the rows that %s in %s was asked for", async (_slug, format, exporter) => {
    expect(await checkRows(exporter, requestFor(exporter, format))).toBe("ours");
  });

  it.each(CASES)("rejects rows of %s in %s about other entities", async (_slug, format, exporter) => {
    expect(await checkRows(exporter, requestFor(exporter, format), requestFor(exporter, format, { place: 1 }))).toBe("foreign-rows");
  });

  it.each(CASES)("rejects rows of %s in %s about other dates, if the exporter has dates", async (_slug, format, exporter) => {
    const found = await checkRows(exporter, requestFor(exporter, format), requestFor(exporter, format, { days: 1 }));
    expect(found).toBe(mayCutByDate(exporter, {}) ? "foreign-rows" : "ours");
  });

  it("accepts any PIPE document without a header, unless the request names its columns", async () => {
    const exporter = EXPORTERS.find(({ slug }) => slug === "mu-results")!;
    const asked = { ...requestFor(exporter, "PIPE"), excludePipeHeader: true };
    const served = { ...requestFor(exporter, "PIPE", { days: 5 }), excludePipeHeader: true };
    expect(await checkRows(exporter, asked, served)).toBe("ours");
    const fields = [{ name: "date" }, { name: "muID" }];
    expect(await checkRows(exporter, { ...asked, fields }, { ...served, fields })).toBe("foreign-rows");
    expect(await checkRows(exporter, { ...asked, fields })).toBe("ours");
  });
});
