import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completionTime, deadlineFor } from "../../src/core/deadline.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 2, minute));
const base = { lastSeenAliveAt: at(10), observedAt: at(20), lastStatusChange: at(15), serverTime: at(20) };

describe("the time of completion", () => {
  it("is the server's word, where it lies between the two looks", () => {
    expect(completionTime(base)).toEqual(at(15));
  });

  it("is put on our clock", () => {
    expect(completionTime({ ...base, lastStatusChange: at(45), serverTime: at(50) })).toEqual(at(15));
  });

  it.each([
    ["the server says nothing", { lastStatusChange: null }],
    ["its word lies in the future, as with a wrong zone", { lastStatusChange: at(75) }],
    ["its word lies before a look that saw the job alive", { lastStatusChange: at(5) }],
  ])("is the earlier look when %s", (_what, overrides) => {
    expect(completionTime({ ...base, ...overrides })).toEqual(at(10));
  });

  it("never makes the deadline later than 24 hours after the look that saw the result", () => {
    const time = fc.date({ min: at(0), max: at(59), noInvalidDate: true });
    fc.assert(
      fc.property(fc.option(time), fc.option(time), (lastStatusChange, serverTime) => {
        const completed = completionTime({ ...base, lastStatusChange, serverTime });
        expect(completed >= base.lastSeenAliveAt && completed <= base.observedAt).toBe(true);
        expect(deadlineFor(completed).getTime()).toBeLessThanOrEqual(base.observedAt.getTime() + 24 * 3_600_000);
      }),
    );
  });
});
