import { describe, expect, it } from "vitest";
import type { JobMove } from "../../src/core/stores.ts";
import { afterVanishing } from "../../src/core/vanished-job.ts";

const NOW = new Date("2026-11-23T08:00:00.000Z");
const CHANCE = { now: NOW, random: 1 };
const moves = (...events: string[]): JobMove[] => events.map((event) => ({ from: "pending", to: "pending", event, at: NOW }));
const after = (...events: string[]) => afterVanishing("0123456789abcdef", moves(...events), CHANCE);

describe("a job that WFM has forgotten", () => {
  it("is submitted again, later the second time", () => {
    expect(after("submit", "accepted")).toMatchObject({ type: "vanished", retryAt: new Date(NOW.getTime() + 5_000) });
    expect(after("vanished", "submit", "accepted")).toMatchObject({ type: "vanished", retryAt: new Date(NOW.getTime() + 10_000) });
  });

  it("fails, named, when that happened too often", () => {
    const failure = { reason: "job-vanished", vendorJobId: "0123456789abcdef", times: 3 };
    expect(after("vanished", "submit", "vanished", "submit")).toEqual({ type: "failed", failure });
  });

  it("begins to count again when somebody resumes it", () => {
    expect(after("vanished", "vanished", "failed", "resumed", "submit")).toMatchObject({ type: "vanished" });
  });
});
