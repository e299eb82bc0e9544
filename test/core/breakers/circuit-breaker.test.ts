import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FailureReason } from "../../../src/core/base/failure.ts";
import {
  afterFailure,
  attributionOf,
  type Breaker,
  breakerState,
  closesWithAnswer,
  type Dependency,
  findBreaker,
  isSameDependency,
  longestOpen,
} from "../../../src/core/breakers/circuit-breaker.ts";
import { FAILURES, REASONS } from "../../factories/failure-samples.ts";

const NOW = new Date("2026-11-23T07:00:00.000Z");
const later = (ms: number) => new Date(NOW.getTime() + ms);

const WFM: Dependency = { kind: "connection", name: "acme" };
const LAKE: Dependency = { kind: "destination", name: "lake" };

function breaker(dependency: Dependency, change: Partial<Breaker> = {}): Breaker {
  return { dependency, since: NOW, failures: 1, retryAt: later(5_000), lastFailure: FAILURES.unreachable, ...change };
}

interface FailedCall {
  readonly reason?: FailureReason;
  readonly now?: Date;
  readonly random?: number;
}

function fail(before: Breaker | null, { reason = "unreachable", now = NOW, random = 0 }: FailedCall = {}): Breaker {
  return afterFailure(before, { dependency: WFM, failure: FAILURES[reason], now, random });
}

/** Attributed to nothing: every reason that is not listed. */
const ATTRIBUTIONS: Readonly<Record<string, readonly FailureReason[]>> = {
  "connection, certainly": ["unreachable", "tls-rejected", "login-rejected", "connection-stopped", "rate-limited", "connection-unknown"],
  "connection, perhaps": ["timed-out", "session-refused", "server-error"],
  "destination, certainly": ["bucket-missing", "storage-unreachable", "storage-denied", "storage-full", "destination-unknown"],
  "destination, perhaps": ["storage-error"],
};

describe("a failure", () => {
  it.each(REASONS)("is attributed to the dependency that caused it, or to none: %s", (reason) => {
    const attribution = attributionOf(FAILURES[reason]);
    const words = attribution && `${attribution.kind}, ${attribution.isCertain ? "certainly" : "perhaps"}`;
    expect(words).toBe(Object.keys(ATTRIBUTIONS).find((name) => ATTRIBUTIONS[name]?.includes(reason)) ?? null);
  });
});

describe("a breaker", () => {
  it("is closed without a failure, open after one, and half-open when it is time to retry", () => {
    expect(breakerState([], WFM, NOW)).toBe("closed");
    const open = fail(null);
    expect(breakerState([open], WFM, NOW)).toBe("open");
    expect(breakerState([open], WFM, new Date(open.retryAt.getTime() - 1))).toBe("open");
    expect(breakerState([open], WFM, open.retryAt)).toBe("half-open");
  });

  it("opens again when the probe of the half-open breaker fails", () => {
    const open = fail(null);
    const again = fail(open, { now: open.retryAt });
    expect(breakerState([again], WFM, open.retryAt)).toBe("open");
    expect(again).toMatchObject({ failures: 2, since: NOW });
  });

  it.each([
    [1, 5_000],
    [2, 10_000],
    [3, 20_000],
    [6, 160_000],
    [7, 300_000],
    [1_000, 300_000],
  ])("is open for half of it to all of it after %i failures in a row: %i ms", (failures, longestMs) => {
    const before = failures === 1 ? null : breaker(WFM, { failures: failures - 1 });
    expect(fail(before, { random: 0 }).retryAt).toEqual(later(longestMs / 2));
    expect(fail(before, { random: 1 }).retryAt).toEqual(later(longestMs));
  });

  it.each<[FailureReason, number]>([
    ["rate-limited", 90_000],
    ["server-error", 90_000],
    ["login-rejected", 300_000],
    ["timed-out", 2_500],
  ])("is open at least as long as %s demands: %i ms", (reason, ms) => {
    expect(fail(null, { reason }).retryAt).toEqual(later(ms));
  });

  it("remembers when the failures began, how many there were, and the last one", () => {
    const first = fail(null);
    expect(first).toEqual({ dependency: WFM, since: NOW, failures: 1, retryAt: later(2_500), lastFailure: FAILURES.unreachable });
    const second = fail(first, { reason: "server-error", now: later(10_000) });
    expect(second).toMatchObject({ since: NOW, failures: 2, lastFailure: FAILURES["server-error"] });
  });

  it("is always open right after a failure, and never for longer than half an hour", () => {
    const failures = fc.array(fc.record({ reason: fc.constantFrom(...REASONS), random: fc.double({ min: 0, max: 0.999, noNaN: true }) }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(failures, (list) => {
        let state: Breaker | null = null;
        let now = NOW;
        for (const one of list) {
          state = fail(state, { ...one, now });
          expect(breakerState([state], WFM, now)).toBe("open");
          expect(state.retryAt.getTime() - now.getTime()).toBeLessThanOrEqual(30 * 60_000);
          now = state.retryAt;
        }
        expect(state).toMatchObject({ failures: list.length, since: NOW });
      }),
    );
  });
});

describe("an answer to a call that needed no permit", () => {
  const OUT_OF_REACH: ReadonlySet<FailureReason> = new Set(["unreachable", "timed-out", "tls-rejected", "storage-unreachable"]);

  it.each(REASONS)("closes the breaker only if the answer contradicts its last failure: %s", (reason) => {
    const open = breaker(WFM, { lastFailure: FAILURES[reason] });
    expect(closesWithAnswer(open, new Date(open.retryAt.getTime() - 1))).toBe(OUT_OF_REACH.has(reason));
    expect(closesWithAnswer(open, open.retryAt), "half-open").toBe(true);
  });
});

describe("the breaker that stays open longest", () => {
  const short = breaker(WFM, { retryAt: later(5_000) });
  const long = breaker(LAKE, { retryAt: later(60_000) });

  it.each<[string, readonly Breaker[], readonly Dependency[], Breaker | null]>([
    ["is none without breakers", [], [WFM, LAKE], null],
    ["is none for no dependencies", [short, long], [], null],
    ["is none when only others are open", [long], [WFM], null],
    ["is the only one", [short], [WFM, LAKE], short],
    ["is the later one, whichever is listed first", [short, long], [WFM, LAKE], long],
    ["is the later one, whichever is needed first", [long, short], [LAKE, WFM], long],
    ["is the first of two that end together", [short, { ...long, retryAt: short.retryAt }], [WFM, LAKE], short],
  ])("%s", (_what, breakers, dependencies, expected) => {
    expect(longestOpen(breakers, dependencies)).toBe(expected);
  });

  it("never belongs to another dependency, and none of theirs ends later", () => {
    const dependency = fc.record({
      kind: fc.constantFrom("connection" as const, "destination" as const),
      name: fc.constantFrom("a", "b", "c"),
    });
    const breakers = fc.uniqueArray(
      fc.record({ dependency, ms: fc.nat(9) }).map(({ dependency, ms }) => breaker(dependency, { retryAt: later(ms) })),
      { selector: ({ dependency }) => `${dependency.kind} ${dependency.name}` },
    );
    fc.assert(
      fc.property(breakers, fc.array(dependency), (all, needed) => {
        const own = all.filter((one) => needed.some((other) => isSameDependency(one.dependency, other)));
        const longest = longestOpen(all, needed);
        expect(longest === null).toBe(own.length === 0);
        if (longest) {
          expect(own).toContain(longest);
          expect(own.every(({ retryAt }) => retryAt <= longest.retryAt)).toBe(true);
        }
      }),
    );
  });
});

describe("a dependency", () => {
  it("is told from one of the other kind with the same name", () => {
    const named = { kind: "destination", name: "acme" } as const;
    expect(isSameDependency(WFM, { ...WFM })).toBe(true);
    expect(isSameDependency(WFM, named)).toBe(false);
    expect(isSameDependency(WFM, { ...WFM, name: "other" })).toBe(false);
    expect(findBreaker([breaker(named)], WFM)).toBeNull();
    expect(findBreaker([breaker(named), breaker(WFM)], WFM)).toEqual(breaker(WFM));
  });
});
