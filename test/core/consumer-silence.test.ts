import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANARY_PLAN, canariesFor, isSilent, silenceOf } from "../../src/core/consumer-silence.ts";

const START = new Date("2026-11-23T07:00:00.000Z").getTime();
const at = (seconds: number): Date => new Date(START + seconds * 1000);
const every10 = (from: number, to: number): Date[] => Array.from({ length: (to - from) / 10 + 1 }, (_, index) => at(from + 10 * index));

describe("the silence of a consumer", () => {
  it.each([
    ["nothing was accepted yet", { acceptedAt: [], heardAt: at(0), isBusy: false }, at(3600), 0],
    ["a canary has just been accepted", { acceptedAt: [at(10)], heardAt: at(0), isBusy: false }, at(13), 3_000],
    ["canaries were accepted all the time", { acceptedAt: every10(0, 290), heardAt: at(0), isBusy: false }, at(300), 300_000],
    ["the last came through a moment ago", { acceptedAt: every10(0, 290), heardAt: at(295), isBusy: false }, at(300), 0],
    ["some came through after the last that did", { acceptedAt: every10(0, 290), heardAt: at(270), isBusy: false }, at(300), 30_000],
    ["every place is taken", { acceptedAt: every10(0, 290), heardAt: at(0), isBusy: true }, at(3600), 0],
    ["the queue took nothing for an hour", { acceptedAt: [at(0), at(3600)], heardAt: at(0), isBusy: false }, at(3605), 15_000],
    ["the machine slept for a night", { acceptedAt: [at(0), at(10)], heardAt: at(0), isBusy: false }, at(8 * 3600), 20_000],
    ["our clock was set back", { acceptedAt: [at(100), at(20)], heardAt: at(0), isBusy: false }, at(25), 5_000],
  ])("when %s", (_, listening, now, expected) => {
    expect(silenceOf(listening, now)).toBe(expected);
  });

  it("is never longer than the time that accepted canaries vouch for, nor than the time since something was heard", () => {
    const seconds = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(fc.array(seconds, { maxLength: 60 }), seconds, seconds, fc.boolean(), (accepted, heard, later, isBusy) => {
        const now = Math.max(heard, ...accepted) + later;
        const acceptedAt = accepted.sort((a, b) => a - b).map(at);
        const silentMs = silenceOf({ acceptedAt, heardAt: at(heard), isBusy }, at(now));
        const unheard = acceptedAt.filter((one) => one >= at(heard)).length;
        expect(silentMs).toBeGreaterThanOrEqual(0);
        expect(silentMs).toBeLessThanOrEqual(unheard * CANARY_PLAN.everyMs);
        expect(silentMs).toBeLessThanOrEqual((now - heard) * 1000);
        if (isBusy) expect(silentMs).toBe(0);
      }),
    );
  });

  it("is enough to act on only when 30 canaries went unheard", () => {
    expect(isSilent(silenceOf({ acceptedAt: every10(0, 280), heardAt: at(0), isBusy: false }, at(299)))).toBe(false);
    expect(isSilent(silenceOf({ acceptedAt: every10(0, 290), heardAt: at(0), isBusy: false }, at(300)))).toBe(true);
  });

  it("makes a process ask louder after half of the time", () => {
    expect(canariesFor(149_999)).toBe(1);
    expect(canariesFor(150_000)).toBe(16);
  });
});

describe("processes that share a queue", () => {
  it.each([1, 2, 3, 10, 100])("practically never find themselves silent by chance: %i of them", (processes) => {
    const beats = CANARY_PLAN.silentAfterMs / CANARY_PLAN.everyMs;
    expect((1 - 1 / processes) ** (beats * processes)).toBeLessThan(1e-13);
  });
});
