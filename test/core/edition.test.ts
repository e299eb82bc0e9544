import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, type Edition, precedenceOf } from "../../src/core/edition.ts";
import type { RunId } from "../../src/core/ids.ts";
import type { Manifest } from "../../src/core/manifest.ts";

const MADE_AT = Date.parse("2026-11-23T09:00:00.000Z");

function standing({ run = "theirs", hours = 0, isMarked = true } = {}): Edition {
  const manifest = { run: { id: run }, completedAt: new Date(MADE_AT + hours * 3_600_000).toISOString() };
  return { manifest: manifest as unknown as Manifest, isMarked };
}

function candidate(change: Partial<Candidate> = {}): Candidate {
  return { runId: "ours" as RunId, isWhole: true, completedAt: new Date(MADE_AT), hasPublished: false, ...change };
}

describe("what stands in a folder", () => {
  it.each([
    ["nothing stands there", null, candidate(), null],
    ["a later whole run comes", standing(), candidate({ completedAt: new Date(MADE_AT + 1) }), null],
    ["a whole run comes whose data are as old", standing(), candidate(), null],
    ["an older whole run comes", standing({ hours: 1 }), candidate(), "newer"],
    ["an older run comes that misses a part", standing({ hours: 1 }), candidate({ isWhole: false }), "newer"],
    ["a later run comes that misses a part", standing({ hours: -1 }), candidate({ isWhole: false }), "whole"],
    ["it was not whole, and a run comes that is", standing({ hours: 1, isMarked: false }), candidate(), null],
    ["neither is whole", standing({ isMarked: false }), candidate({ isWhole: false }), null],
    ["it took the place of parts of the run that comes", standing({ hours: -1 }), candidate({ hasPublished: true }), "written-over"],
    ["it did so, and is not whole", standing({ isMarked: false }), candidate({ hasPublished: true }), "written-over"],
    ["the run that comes published it itself", standing({ run: "ours" }), candidate({ isWhole: false, hasPublished: true }), null],
  ])("when %s", (_when, stands, comes, because) => {
    expect(precedenceOf(stands, comes)).toBe(because);
  });

  it("is, whatever comes in whatever order, in the end the newest that was ever had whole", () => {
    const run = fc.record({ hours: fc.integer({ min: 0, max: 9 }), isWhole: fc.boolean() });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), (runs) => {
        let stands: Edition | null = null;
        runs.forEach(({ hours, isWhole }, index) => {
          const completedAt = new Date(MADE_AT + hours * 3_600_000);
          const because = precedenceOf(stands, candidate({ runId: `run-${index}` as RunId, isWhole, completedAt }));
          if (because === null) stands = standing({ run: `run-${index}`, hours, isMarked: isWhole });
        });
        const whole = runs.filter(({ isWhole }) => isWhole).map(({ hours }) => hours);
        const last = stands as Edition | null;
        expect(last?.isMarked).toBe(whole.length > 0);
        if (whole.length > 0) expect(last?.manifest.completedAt).toBe(standing({ hours: Math.max(...whole) }).manifest.completedAt);
      }),
    );
  });
});
