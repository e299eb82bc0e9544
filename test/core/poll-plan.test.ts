import { describe, expect, it } from "vitest";
import { LONGEST_LOOK_MS, nextLookIn, SHORTEST_LOOK_MS } from "../../src/core/poll-plan.ts";

const now = new Date("2026-11-23T07:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const state = { now, submittedAt: [ago(0)], expectedMs: [null], failedLooks: 0 };

describe("the next look", () => {
  it("is not needed when nothing is alive", () => {
    expect(nextLookIn({ ...state, submittedAt: [], expectedMs: [] })).toBeNull();
  });

  it.each([
    [0, SHORTEST_LOOK_MS],
    [16_000, 2000],
    [80_000, 10_000],
    [3_600_000, LONGEST_LOOK_MS],
  ])("waits in proportion to the age of a job that is %i ms old", (age, wait) => {
    expect(nextLookIn({ ...state, submittedAt: [ago(age)] })).toBe(wait);
  });

  it("waits for a job of known length until it should be done", () => {
    expect(nextLookIn({ ...state, submittedAt: [ago(10_000)], expectedMs: [40_000] })).toBe(30_000);
  });

  it("does not wait any longer once a job takes longer than expected", () => {
    expect(nextLookIn({ ...state, submittedAt: [ago(48_000)], expectedMs: [40_000] })).toBe(6000);
  });

  it("comes as soon as the job that can be finished first", () => {
    const wait = nextLookIn({ ...state, submittedAt: [ago(3_600_000), ago(24_000)], expectedMs: [null, null] });
    expect(wait).toBe(3000);
  });

  it("backs off from a server that does not answer, up to a minute", () => {
    const waits = [0, 1, 2, 3, 9].map((failedLooks) => nextLookIn({ ...state, failedLooks }));
    expect(waits).toEqual([2000, 4000, 8000, 16_000, LONGEST_LOOK_MS]);
  });

  it("takes fewer than 400 looks an hour over 50 jobs that take an hour", () => {
    let time = now.getTime();
    let looks = 0;
    while (time < now.getTime() + 3_600_000) {
      const submittedAt = Array.from({ length: 50 }, () => now);
      time += nextLookIn({ now: new Date(time), submittedAt, expectedMs: submittedAt.map(() => null), failedLooks: 0 }) ?? 0;
      looks += 1;
    }
    expect(looks).toBeLessThan(400);
  });
});
