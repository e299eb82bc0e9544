import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate } from "../../src/core/business-date.ts";
import { isSafeKey, manifestKey, rawArtifactKey, successKey } from "../../src/core/object-key.ts";

const date = (text: string) => text as BusinessDate;
const day = { from: date("2026-11-22"), to: date("2026-11-22") };

describe("object keys", () => {
  it("are Hive-style on the business date", () => {
    expect(rawArtifactKey("schedules", day, { part: 0, outputFormat: "JSON" })).toBe("schedules/date=2026-11-22/part-000.json.gz");
    expect(rawArtifactKey("schedules", day, { part: 12, outputFormat: "PIPE" })).toBe("schedules/date=2026-11-22/part-012.txt.gz");
    expect(manifestKey("schedules", day)).toBe("schedules/date=2026-11-22/_manifest.json");
    expect(successKey("schedules", day)).toBe("schedules/date=2026-11-22/_SUCCESS");
  });

  it("name both ends of an interval of several dates", () => {
    const week = { from: date("2026-11-16"), to: date("2026-11-22") };
    expect(successKey("schedules", week)).toBe("schedules/date=2026-11-16--2026-11-22/_SUCCESS");
  });

  it("are safe and different for different artifacts", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,62}$/);
    const artifact = fc.record({
      name,
      from: fc.nat(4000),
      days: fc.nat(31),
      part: fc.nat(2000),
      outputFormat: fc.constantFrom("JSON" as const, "PIPE" as const, "XML" as const),
    });
    fc.assert(
      fc.property(artifact, artifact, (a, b) => {
        const [keyA, keyB] = [a, b].map((one) => {
          const from = addDays(date("2020-01-01"), one.from);
          return rawArtifactKey(one.name, { from, to: addDays(from, one.days) }, one);
        });
        expect(isSafeKey(keyA!)).toBe(true);
        expect(keyA === keyB).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it.each(["../x", "a/../b", "a//b", "/a", "a/", "a b", "ä", "a\\b", "", "a/.", "x".repeat(901)])("%j is refused", (key) => {
    expect(isSafeKey(key)).toBe(false);
  });
});
