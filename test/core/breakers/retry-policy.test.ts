import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Failure } from "../../../src/core/base/failure.ts";
import { ARCHIVE_RETRY, retryAt, type RetryPolicy, SUBMIT_RETRY } from "../../../src/core/breakers/retry-policy.ts";
import { FAILURES, REASONS } from "../../factories/failure-samples.ts";

const NOW = new Date("2026-11-23T07:00:00.000Z");
const POLICY: RetryPolicy = { firstMs: 1_000, longestMs: 60_000 };

function waitMs(failedAttempts: number, failure: Failure | null, random: number): number {
  return retryAt(POLICY, failedAttempts, failure, { now: NOW, random }).getTime() - NOW.getTime();
}

const busy = (retryAfterMs: number | null): Failure => ({ ...FAILURES["rate-limited"], retryAfterMs });
const broken = (retryAfterMs: number | null): Failure => ({ ...FAILURES["server-error"], retryAfterMs });

describe("the wait before the next attempt", () => {
  it.each([
    [0, 500, 1_000],
    [1, 1_000, 2_000],
    [2, 2_000, 4_000],
    [5, 16_000, 32_000],
    [6, 30_000, 60_000],
    [10_000, 30_000, 60_000],
  ])("after %i failed attempts is between %i and %i ms", (failedAttempts, shortest, longest) => {
    expect(waitMs(failedAttempts, null, 0)).toBe(shortest);
    expect(waitMs(failedAttempts, null, 1)).toBe(longest);
  });

  it.each<[string, Failure | null, number]>([
    ["the policy alone without a failure", null, 1_000],
    ["the policy alone after a failure that asks for nothing", FAILURES.unreachable, 1_000],
    ["the policy when the server asks for less", busy(999), 1_000],
    ["the policy when the server does not say how long", busy(null), 1_000],
    ["the Retry-After of a server that limits calls", busy(90_000), 90_000],
    ["the Retry-After of a server that fails", broken(90_000), 90_000],
    ["half an hour when the server asks for more", busy(86_400_000), 30 * 60_000],
    ["five minutes after a refused login", FAILURES["login-rejected"], 5 * 60_000],
  ])("is %s", (_what, failure, ms) => {
    expect(waitMs(0, failure, 1)).toBe(ms);
  });

  it("is never shorter than half a step, and never longer than the policy, the server or an operator demands", () => {
    const failure = fc.option(
      fc.oneof(
        fc.constantFrom(...REASONS).map((reason) => FAILURES[reason]),
        fc.option(fc.nat(10_000_000)).map(busy),
      ),
    );
    fc.assert(
      fc.property(fc.nat(50), failure, fc.double({ min: 0, max: 0.999, noNaN: true }), (failedAttempts, lastFailure, random) => {
        const ms = waitMs(failedAttempts, lastFailure, random);
        expect(ms).toBeGreaterThanOrEqual(POLICY.firstMs / 2);
        expect(ms).toBeLessThanOrEqual(30 * 60_000);
        const asked = lastFailure && "retryAfterMs" in lastFailure ? (lastFailure.retryAfterMs ?? 0) : 0;
        expect(ms).toBeGreaterThanOrEqual(Math.min(asked, 30 * 60_000));
      }),
    );
  });

  it("grows with the failed attempts", () => {
    fc.assert(
      fc.property(fc.nat(30), fc.double({ min: 0, max: 0.999, noNaN: true }), (failedAttempts, random) => {
        expect(waitMs(failedAttempts + 1, null, random)).toBeGreaterThanOrEqual(waitMs(failedAttempts, null, random));
      }),
    );
  });

  it.each([SUBMIT_RETRY, ARCHIVE_RETRY])("begins with seconds and ends with minutes for a job: %j", (policy) => {
    expect(policy).toEqual({ firstMs: 5_000, longestMs: 600_000 });
  });
});
