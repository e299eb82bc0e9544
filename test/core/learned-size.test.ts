import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learnFitting, learnTooLarge, type LearnedSize, mostUnits, NOTHING_LEARNED } from "../../src/core/learned-size.ts";

describe("what is learned about sizes", () => {
  it("asks for everything until something was too large", () => {
    expect(mostUnits(NOTHING_LEARNED)).toBeNull();
    expect(mostUnits(learnFitting(NOTHING_LEARNED, 500))).toBeNull();
  });

  it.each([
    [{ fitting: null, tooLarge: 100 }, 25],
    [{ fitting: null, tooLarge: 1 }, 1],
    [{ fitting: 80, tooLarge: 320 }, 80],
  ] satisfies readonly (readonly [LearnedSize, number])[])("%j asks for %d", (size, most) => expect(mostUnits(size)).toBe(most));

  it("believes the larger of two nights that disagree", () => {
    const known = { fitting: 80, tooLarge: 320 };
    expect(learnTooLarge(known, 60)).toEqual({ fitting: null, tooLarge: 60 });
    expect(learnFitting(known, 400)).toBe(known);
  });

  it("always asks for less than what was too large, whatever came in whatever order", () => {
    const event = fc.tuple(fc.boolean(), fc.integer({ min: 2, max: 1000 }));
    fc.assert(
      fc.property(fc.array(event, { minLength: 1 }), (events) => {
        let size = NOTHING_LEARNED;
        for (const [isTooLarge, units] of events) size = isTooLarge ? learnTooLarge(size, units) : learnFitting(size, units);
        const tooLarge = events.filter(([isTooLarge]) => isTooLarge).map(([, units]) => units);
        const most = mostUnits(size);
        if (tooLarge.length === 0) expect(most).toBeNull();
        else expect(most).toBeLessThan(Math.min(...tooLarge));
      }),
    );
  });
});
