import { describe, expect, it } from "vitest";
import { isPolledForOrphans, type OrphanPolicy } from "../../../src/core/exports/orphan-policy.ts";

describe("a connection without jobs in flight", () => {
  it.each<[OrphanPolicy, boolean]>([
    ["all", true],
    ["report", true],
    ["ignore", false],
  ])("is polled for orphans when the policy is %s: %s", (orphans, isPolled) => {
    expect(isPolledForOrphans({ orphans })).toBe(isPolled);
  });

  it("is not polled once it is no longer configured", () => {
    expect(isPolledForOrphans(null)).toBe(false);
  });
});
