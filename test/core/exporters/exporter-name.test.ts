import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXPORTERS } from "../../../src/core/exporters/built-in-exporters.ts";
import { isSameExporterName } from "../../../src/core/exporters/exporter-name.ts";

describe("two names of an exporter", () => {
  it.each([
    ["agent-schedule-detail", "Agent Schedule Detail", true],
    ["agent-schedule-detail", "AGENT_SCHEDULE_DETAIL", true],
    ["agent-schedule-detail", "agentScheduleDetail", true],
    ["ct-results", "CTResults", true],
    ["agent-schedule-detail", "agent-schedule-summary", false],
    ["agent-schedule-detail", "agent-schedule", false],
    ["agent-schedule-detail", "", false],
  ])("%j and %j are the same: %s", (one, other, isSame) => {
    expect(isSameExporterName(one, other)).toBe(isSame);
    expect(isSameExporterName(other, one)).toBe(isSame);
  });

  it("never confuse two built-in exporters, by slug or by title", () => {
    for (const one of EXPORTERS) {
      const same = EXPORTERS.filter(({ slug, title }) => isSameExporterName(slug, one.slug) || isSameExporterName(title, one.slug));
      expect(same).toEqual([one]);
    }
  });

  it("are the same exactly when they have the same letters and digits in the same order", () => {
    const letters = fc.array(fc.constantFrom("a", "b", "1"), { maxLength: 6 });
    const separators = fc.array(fc.constantFrom("", "-", "_", " ", "."), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(letters, letters, separators, (one, other, between) => {
        const spelled = other.map((letter, index) => `${between[index]}${index % 2 === 0 ? letter.toUpperCase() : letter}`).join("");
        expect(isSameExporterName(one.join(""), spelled)).toBe(one.join("") === other.join(""));
      }),
    );
  });
});
