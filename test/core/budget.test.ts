import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admissible, decideAdmission } from "../../src/core/budget.ts";

const key = (exporter: string, outputFormat = "JSON") => ({ exporter, outputFormat });

describe("the budget", () => {
  it("admits while there is a place", () => {
    expect(decideAdmission(key("a"), { count: 3, unsettled: [] }, 4)).toBe("admit");
    expect(decideAdmission(key("a"), { count: 4, unsettled: [] }, 4)).toBe("no-place");
  });

  it("admits one unsettled intent per exporter and format", () => {
    expect(decideAdmission(key("a"), { count: 1, unsettled: [key("a")] }, 4)).toBe("intent-unsettled");
    expect(decideAdmission(key("a", "PIPE"), { count: 1, unsettled: [key("a")] }, 4)).toBe("admit");
  });

  it("is never exceeded, and never has two open intents that could be mistaken for each other", () => {
    const jobs = fc.array(fc.constantFrom("a", "b", "c").map((exporter) => key(exporter)));
    fc.assert(
      fc.property(jobs, jobs, fc.nat(10), fc.integer({ min: 1, max: 8 }), (pending, unsettled, others, budget) => {
        const alive = { count: unsettled.length + others, unsettled };
        const admitted = admissible(pending, alive, budget);
        expect(admitted.length + alive.count).toBeLessThanOrEqual(Math.max(budget, alive.count));
        const exporters = admitted.map(({ exporter }) => exporter);
        expect(new Set(exporters).size).toBe(exporters.length);
        expect(exporters.some((exporter) => unsettled.some((one) => one.exporter === exporter))).toBe(false);
      }),
    );
  });
});
