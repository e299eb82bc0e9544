import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learnFitting, learnTooLarge, type LearnedSize, mostCells, NOTHING_LEARNED } from "../../../src/core/plan/learned-size.ts";

describe("the learned size of an export", () => {
  it("is unlimited until something was too large", () => {
    expect(mostCells(NOTHING_LEARNED)).toBeNull();
    expect(mostCells(learnFitting(NOTHING_LEARNED, 500))).toBeNull();
  });

  it.each([
    [{ fitting: null, tooLarge: 100 }, 25],
    [{ fitting: null, tooLarge: 1 }, 1],
    [{ fitting: null, tooLarge: 5 }, 2],
    [{ fitting: 80, tooLarge: 320 }, 80],
  ] satisfies readonly (readonly [LearnedSize, number])[])("%j limits a request to %d cells", (size, most) =>
    expect(mostCells(size)).toBe(most),
  );

  const known = { fitting: 80, tooLarge: 320 };

  it.each([
    ["is the first one", NOTHING_LEARNED, 100, { fitting: null, tooLarge: 100 }],
    ["is smaller than the known one", known, 100, { fitting: 80, tooLarge: 100 }],
    ["is larger than the known one", known, 400, known],
    ["is just larger than what fitted", known, 81, { fitting: 80, tooLarge: 81 }],
    ["is what fitted before", known, 80, { fitting: null, tooLarge: 80 }],
  ])("records a result that is too large and %s", (_what, before, cells, after) => {
    expect(learnTooLarge(before, cells)).toEqual(after);
  });

  it.each([
    ["is the first one", NOTHING_LEARNED, 500, { fitting: 500, tooLarge: null }],
    ["is larger than the known one", known, 319, { fitting: 319, tooLarge: 320 }],
    ["is smaller than the known one", known, 50, known],
    ["is as large as what was too large", known, 320, known],
    ["is the first one below what was too large", { fitting: null, tooLarge: 320 }, 50, { fitting: 50, tooLarge: 320 }],
  ])("records a result that fits and %s", (_what, before, cells, after) => {
    expect(learnFitting(before, cells)).toEqual(after);
  });

  it("follows the larger of two results that disagree", () => {
    expect(learnTooLarge(known, 60)).toEqual({ fitting: null, tooLarge: 60 });
    expect(learnFitting(known, 400)).toBe(known);
  });

  it("is always smaller than everything that was too large, in whatever order the results came", () => {
    const event = fc.tuple(fc.boolean(), fc.integer({ min: 2, max: 1000 }));
    fc.assert(
      fc.property(fc.array(event, { minLength: 1 }), (events) => {
        let size = NOTHING_LEARNED;
        for (const [isTooLarge, cells] of events) size = isTooLarge ? learnTooLarge(size, cells) : learnFitting(size, cells);
        const tooLarge = events.filter(([isTooLarge]) => isTooLarge).map(([, cells]) => cells);
        const most = mostCells(size);
        if (tooLarge.length === 0) expect(most).toBeNull();
        else expect(most).toBeLessThan(Math.min(...tooLarge));
      }),
    );
  });
});
