import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_POLL_MS, nextPollIn, SHORTEST_POLL_MS } from "../../../src/core/poll/poll-plan.ts";

const now = new Date("2026-11-23T07:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const state = { now, submittedAt: [ago(0)], expectedMs: [null], failedPolls: 0 };

describe("the next poll", () => {
  it("is not needed when no job is in flight", () => {
    expect(nextPollIn({ ...state, submittedAt: [], expectedMs: [] })).toBeNull();
  });

  it.each([
    [0, SHORTEST_POLL_MS],
    [16_000, 2000],
    [80_000, 10_000],
    [3_600_000, LONGEST_POLL_MS],
  ])("of a job that is %i ms old is due after an eighth of its age, between two seconds and a minute: %i ms", (age, wait) => {
    expect(nextPollIn({ ...state, submittedAt: [ago(age)] })).toBe(wait);
  });

  it("is due when a job of known duration should be done", () => {
    expect(nextPollIn({ ...state, submittedAt: [ago(10_000)], expectedMs: [40_000] })).toBe(30_000);
  });

  it("is due after an eighth of the age once a job takes longer than expected", () => {
    expect(nextPollIn({ ...state, submittedAt: [ago(48_000)], expectedMs: [40_000] })).toBe(6000);
    expect(nextPollIn({ ...state, submittedAt: [ago(40_000)], expectedMs: [40_000] })).toBe(5000);
  });

  it("is due for the job that can be finished first", () => {
    const wait = nextPollIn({ ...state, submittedAt: [ago(3_600_000), ago(24_000)], expectedMs: [null, null] });
    expect(wait).toBe(3000);
  });

  it("is delayed while polls fail, up to a minute", () => {
    const waits = [0, 1, 2, 3, 5000].map((failedPolls) => nextPollIn({ ...state, failedPolls }));
    expect(waits).toEqual([2000, 4000, 8000, 16_000, LONGEST_POLL_MS]);
  });

  it("is one of fewer than 400 in an hour, for 50 jobs that take an hour", () => {
    let time = now.getTime();
    let polls = 0;
    while (time < now.getTime() + 3_600_000) {
      const submittedAt = Array.from({ length: 50 }, () => now);
      time += nextPollIn({ now: new Date(time), submittedAt, expectedMs: submittedAt.map(() => null), failedPolls: 0 }) ?? 0;
      polls += 1;
    }
    expect(polls).toBeLessThan(400);
  });

  it("is never due in less than two seconds or more than a minute, and never later because of another job", () => {
    const job = fc.record({ ageMs: fc.nat(7_200_000), expectedMs: fc.option(fc.nat(7_200_000)) });
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 10 }), fc.nat(12), (jobs, failedPolls) => {
        const waitFor = (some: typeof jobs) =>
          nextPollIn({
            now,
            submittedAt: some.map(({ ageMs }) => ago(ageMs)),
            expectedMs: some.map(({ expectedMs }) => expectedMs),
            failedPolls,
          })!;
        expect(waitFor(jobs)).toBeGreaterThanOrEqual(SHORTEST_POLL_MS);
        expect(waitFor(jobs)).toBeLessThanOrEqual(LONGEST_POLL_MS);
        expect(waitFor(jobs)).toBe(Math.min(...jobs.map((one) => waitFor([one]))));
      }),
    );
  });

  it("is due by the age of a job whose expected duration is not given", () => {
    expect(nextPollIn({ ...state, submittedAt: [ago(80_000)], expectedMs: [] })).toBe(10_000);
  });
});
