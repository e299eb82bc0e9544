import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate } from "../../src/core/base/business-date.ts";
import type { EntityKind } from "../../src/core/exports/entity.ts";
import type { ExportRequest } from "../../src/core/exports/export-request.ts";
import {
  EXPORTERS,
  type ExporterDefinition,
  maySplitByDate,
  type OutputFormat,
  type Selector,
  useOf,
} from "../../src/core/exporters/built-in-exporters.ts";
import { createRequestCheck } from "../../src/core/transfer/requested-rows.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { createDataShape, entityIds } from "../../src/simulator/data-shape.ts";
import { renderResult } from "../fakes/render-result.ts";

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
async function checkRows(exporter: ExporterDefinition, requested: ExportRequest, served = requested) {
  const counter = createRecordCounter(
    requested.outputFormat,
    createRequestCheck({ request: requested, isByDate: maySplitByDate(exporter, {}) }),
  );
  for await (const chunk of renderResult(exporter.slug, served)) {
    const pushed = counter.push(chunk);
    if (!pushed.ok) return pushed.error.reason;
  }
  const end = counter.end();
  return end.ok ? (end.value > 0 ? "ours" : "empty") : end.error.reason;
}

describe("the check of a result that reconciliation claimed", () => {
  it.each(CASES)("accepts what was requested of %s in %s", async (_slug, format, exporter) => {
    expect(await checkRows(exporter, requestFor(exporter, format))).toBe("ours");
  });

  it.each(CASES)("finds what %s in %s was requested for about other entities", async (_slug, format, exporter) => {
    expect(await checkRows(exporter, requestFor(exporter, format), requestFor(exporter, format, { place: 1 }))).toBe("claim-rejected");
  });

  it.each(CASES)("finds what %s in %s was requested for about other dates, where its dates are those", async (_slug, format, exporter) => {
    const found = await checkRows(exporter, requestFor(exporter, format), requestFor(exporter, format, { days: 1 }));
    expect(found).toBe(maySplitByDate(exporter, {}) ? "claim-rejected" : "ours");
  });

  it("knows nothing of a PIPE document without a header, unless the request names its columns", async () => {
    const exporter = EXPORTERS.find(({ slug }) => slug === "mu-results")!;
    const requested = { ...requestFor(exporter, "PIPE"), excludePipeHeader: true };
    const served = { ...requestFor(exporter, "PIPE", { days: 5 }), excludePipeHeader: true };
    expect(await checkRows(exporter, requested, served)).toBe("ours");
    const fields = [{ name: "date" }, { name: "muID" }];
    expect(await checkRows(exporter, { ...requested, fields }, { ...served, fields })).toBe("claim-rejected");
    expect(await checkRows(exporter, { ...requested, fields })).toBe("ours");
  });
});
