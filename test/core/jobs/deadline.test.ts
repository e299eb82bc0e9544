import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completionTime, deadlineFor, RETENTION_MS } from "../../../src/core/jobs/deadline.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 2, minute));
const base = { lastSeenInFlightAt: at(10), observedAt: at(20), lastStatusChange: at(15), serverTime: at(20) };

describe("the time of completion", () => {
  it("is what the server says, if it lies between the two polls", () => {
    expect(completionTime(base)).toEqual(at(15));
  });

  it("is converted to our clock", () => {
    expect(completionTime({ ...base, lastStatusChange: at(45), serverTime: at(50) })).toEqual(at(15));
  });

  it.each([
    ["the server does not say it", { lastStatusChange: null }],
    ["the server's time lies in the future, as with a wrong time zone", { lastStatusChange: at(75) }],
    ["the server's time lies before a poll that found the job unfinished", { lastStatusChange: at(5) }],
    ["the server's time lies in the future of its own clock", { lastStatusChange: at(15), serverTime: at(10) }],
  ])("is the earlier poll when %s", (_what, overrides) => {
    expect(completionTime({ ...base, ...overrides })).toEqual(at(10));
  });

  it.each([
    ["the earlier poll", at(10)],
    ["the later poll", at(20)],
  ])("may be the very time of %s", (_what, lastStatusChange) => {
    expect(completionTime({ ...base, lastStatusChange })).toEqual(lastStatusChange);
  });

  it("is taken as it is from a server that does not send its time", () => {
    expect(completionTime({ ...base, lastStatusChange: at(12), serverTime: null })).toEqual(at(12));
  });

  it("never makes the deadline later than 24 hours after the poll that found the result", () => {
    const time = fc.date({ min: at(0), max: at(59), noInvalidDate: true });
    fc.assert(
      fc.property(fc.option(time), fc.option(time), (lastStatusChange, serverTime) => {
        const completed = completionTime({ ...base, lastStatusChange, serverTime });
        expect(completed >= base.lastSeenInFlightAt && completed <= base.observedAt).toBe(true);
        expect(deadlineFor(completed).getTime()).toBeLessThanOrEqual(base.observedAt.getTime() + 24 * 3_600_000);
      }),
    );
  });
});

describe("the deadline", () => {
  it("is 24 hours after completion, the shortest time for which WFM keeps a result", () => {
    expect(RETENTION_MS).toBe(24 * 3_600_000);
    expect(deadlineFor(at(10))).toEqual(new Date("2026-11-24T02:10:00.000Z"));
  });
});
