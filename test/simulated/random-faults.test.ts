import { assert, asyncProperty, constantFrom, integer, option, tuple, uniqueArray } from "fast-check";
import { expect, it } from "vitest";
import type { ExportDefinition } from "../../src/core/exports/export-definition.ts";
import { buildExport } from "../factories/build-export.ts";
import { FAULT_ROWS } from "./fault-rows.ts";
import { findFalseClaims } from "./find-false-claims.ts";
import { withSimulatedNight } from "./simulated-night.ts";

/** Every single fault of the rows. */
const SINGLE = [...new Set(Object.values(FAULT_ROWS).flatMap((rows) => rows.flatMap(({ faults }) => faults.split(","))))];
const fault = tuple(constantFrom(...SINGLE), option(integer({ min: 1, max: 3 }))).map(([text, times]) =>
  times === null || /:x\d+$/.test(text) ? text : `${text}:x${times}`,
);

const EXPORTS: readonly ExportDefinition[] = [
  buildExport(),
  buildExport({ outputFormat: "PIPE", parameters: { timeFormat: "24", dateFormat: "mmddyyyy" } }),
  buildExport({ exporter: "mu-opens", outputFormat: "XML", parameters: {}, onForbidden: "skip" }),
  buildExport({
    exporter: "ct-results",
    select: { buIds: "all", ctIds: "all" },
    partition: "interval",
    window: { fromDays: -3, toDays: -1 },
  }),
];

const IN_FLIGHT_STATES = new Set(["submitting", "waiting", "running"]);

it("a night with two or three faults claims nothing false, and says what it waits for", { timeout: 300_000 }, async () => {
  const seen = new Map<string, number>();
  await assert(
    asyncProperty(uniqueArray(fault, { minLength: 2, maxLength: 3 }), constantFrom(...EXPORTS), async (faults, definition) => {
      await withSimulatedNight({ faults: faults.join(","), exports: [definition] }, async (night) => {
        await night.pass(2.5 * 3_600_000);
        const [found] = await night.runs();
        expect(await findFalseClaims(night)).toEqual([]);
        const outcome = found?.run.outcome ?? "none";
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        const isInFlight = found?.jobs.some(({ state }) => IN_FLIGHT_STATES.has(state));
        if (outcome === "pending" && !isInFlight) expect(await night.trouble()).not.toBeNull();
      });
    }),
    { numRuns: 200, seed: 20_261_123 },
  );
  expect(seen.get("archived")).toBeGreaterThan(15);
  expect(seen.get("pending")).toBeGreaterThan(15);
});
