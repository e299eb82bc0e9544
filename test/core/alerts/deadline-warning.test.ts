import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hoursLeft, reachedAt, warnBefore, WARNING_LEVELS, warningLevel } from "../../../src/core/alerts/deadline-warning.ts";

const HOUR_MS = 3_600_000;
const COMPLETED_AT = new Date("2026-11-23T00:00:00.000Z");
const DEADLINE = new Date("2026-11-24T00:00:00.000Z");
const hours = (count: number) => new Date(COMPLETED_AT.getTime() + count * HOUR_MS);

describe("the warning level of a result", () => {
  it.each([
    [0, null],
    [11.99, null],
    [12, 50],
    [19.19, 50],
    [19.2, 80],
    [22.79, 80],
    [22.8, 95],
    [24, 95],
    [1000, 95],
  ])("%d hours after completion is %s", (after, level) => {
    expect(warningLevel(DEADLINE, hours(after))).toBe(level);
  });

  it.each([
    [50, 12],
    [80, 19.2],
    [95, 22.8],
  ] as const)("%i is reached %d hours after completion", (level, after) => {
    expect(reachedAt(DEADLINE, level)).toEqual(hours(after));
  });

  it("never falls as time passes, and is always the highest that was reached", () => {
    const instant = fc.double({ min: -10, max: 40, noNaN: true }).map(hours);
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        const [before, after] = one <= other ? [one, other] : [other, one];
        expect(warningLevel(DEADLINE, after) ?? 0).toBeGreaterThanOrEqual(warningLevel(DEADLINE, before) ?? 0);
        const reached = WARNING_LEVELS.filter((level) => reachedAt(DEADLINE, level) <= after);
        expect(warningLevel(DEADLINE, after)).toBe(reached.at(-1) ?? null);
      }),
    );
  });

  it("is reached by every result whose deadline lies before the limit, and by none after it", () => {
    fc.assert(
      fc.property(fc.integer({ min: -48 * HOUR_MS, max: 48 * HOUR_MS }), (ms) => {
        const deadline = new Date(DEADLINE.getTime() + ms);
        fc.pre(deadline.getTime() !== warnBefore(COMPLETED_AT).getTime());
        expect(warningLevel(deadline, COMPLETED_AT) !== null).toBe(deadline < warnBefore(COMPLETED_AT));
      }),
    );
  });
});

describe("the hours that are left", () => {
  it.each([
    [0, 24],
    [12, 12],
    [23.96, 0],
    [22.75, 1.3],
    [25, -1],
  ])("%d hours after completion are %d", (after, left) => {
    expect(hoursLeft(DEADLINE, hours(after))).toBe(left);
  });
});
