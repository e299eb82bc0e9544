import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TransitionRecord } from "../../../src/core/jobs/transition.ts";
import { afterVanishing } from "../../../src/core/poll/vanished-job.ts";

const NOW = new Date("2026-11-23T08:00:00.000Z");
const CHANCE = { now: NOW, random: 1 };
const history = (...events: string[]): TransitionRecord[] => events.map((event) => ({ from: "pending", to: "pending", event, at: NOW }));
const after = (...events: string[]) => afterVanishing("0123456789abcdef", history(...events), CHANCE);

describe("a job that WFM has forgotten", () => {
  it("is submitted again, and later the second time", () => {
    expect(after("submit", "accepted")).toMatchObject({ type: "vanished", retryAt: new Date(NOW.getTime() + 5_000) });
    expect(after("vanished", "submit", "accepted")).toMatchObject({ type: "vanished", retryAt: new Date(NOW.getTime() + 10_000) });
  });

  it("fails the third time in a row, whatever else happened to it", () => {
    const failure = { reason: "job-vanished", jobId: "0123456789abcdef", times: 3 };
    expect(after("vanished", "submit", "vanished", "submit")).toEqual({ type: "failed", failure });
  });

  it("is counted again from the last time that it was resumed", () => {
    expect(after("vanished", "vanished", "failed", "resumed", "submit")).toMatchObject({ type: "vanished" });
    const again = ["resumed", "vanished", "resumed", "vanished", "submit", "vanished", "submit"];
    expect(after(...again)).toMatchObject({ type: "failed", failure: { times: 3 } });
  });

  it("is never submitted more than three times in a row", () => {
    const event = fc.constantFrom("submit", "accepted", "vanished", "resumed");
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const sinceResumed = events.slice(events.lastIndexOf("resumed") + 1);
        const times = sinceResumed.filter((one) => one === "vanished").length + 1;
        expect(after(...events).type).toBe(times < 3 ? "vanished" : "failed");
      }),
    );
  });
});
