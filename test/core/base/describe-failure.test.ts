import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeFailure } from "../../../src/core/base/describe-failure.ts";
import type { Failure } from "../../../src/core/base/failure.ts";
import { FAILURES, REASONS } from "../../factories/failure-samples.ts";

/** The texts among a failure's facts, without its reason. */
function textsIn(failure: Failure): string[] {
  return Object.entries(failure)
    .filter(([name]) => name !== "reason" && name !== "because")
    .flatMap(([, fact]: [string, unknown]) => fact)
    .filter((fact) => typeof fact === "string");
}

const superseded = { reason: "superseded", target: "s3://lake/x", runId: "run-2" } as const;
const COPY = "s3://lake/_quarantine/acme/x.json";

describe("the sentence about a failure", () => {
  it.each(REASONS)("says what happened when the reason is %s, with all of its texts", (reason) => {
    const failure = FAILURES[reason];
    const sentence = describeFailure(failure);
    expect(sentence).toMatch(/^\S.{8,}\S$/);
    expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
    for (const text of textsIn(failure)) expect(sentence).toContain(text);
  });

  it("never contains undefined, whatever the facts are", () => {
    const text = fc.string().filter((value) => !value.includes("undefined"));
    const withFacts = (failure: Failure) =>
      fc.record(
        Object.fromEntries(
          Object.entries(failure).map(([name, fact]: [string, unknown]) => {
            const isFixed = name === "reason" || name === "because" || typeof fact === "object";
            return [name, isFixed ? fc.constant(fact) : typeof fact === "number" ? fc.nat() : text];
          }),
        ),
      );
    const anyFailure = fc.constantFrom(...REASONS).chain((reason) => withFacts(FAILURES[reason]));
    fc.assert(
      fc.property(anyFailure, (failure) => {
        expect(describeFailure(failure as Failure)).not.toContain("undefined");
      }),
    );
  });

  it.each<[Failure, string]>([
    [FAILURES["rate-limited"], "https://wfm.example.com asks for fewer calls; it can be called again in 90 s"],
    [
      { ...FAILURES["rate-limited"], retryAfterMs: 3_600_000 },
      "https://wfm.example.com asks for fewer calls; it can be called again in 3600 s",
    ],
    [{ ...FAILURES["rate-limited"], retryAfterMs: 1 }, "https://wfm.example.com asks for fewer calls; it can be called again in 1 s"],
    [{ ...FAILURES["rate-limited"], retryAfterMs: null }, "https://wfm.example.com asks for fewer calls"],
    [FAILURES["server-error"], "https://wfm.example.com answered with HTTP 503"],
    [FAILURES["request-rejected"], "WFM rejected the request: startDate is wrong; endDate is wrong"],
    [FAILURES["body-stalled"], "the download stalled after 1234 bytes: nothing arrived for 60 s"],
    [{ ...FAILURES["body-stalled"], idleMs: 3_600_400 }, "the download stalled after 1234 bytes: nothing arrived for 3600 s"],
    [FAILURES["bytes-differ"], "the result has 41 compressed bytes, but WFM announced 42"],
    [FAILURES["records-differ"], "the result has 41 records, but WFM announced 42"],
    [
      FAILURES["connection-stopped"],
      "WFM refused 3 logins of connection acme in a row; Nightferry stopped logging in before WFM locks the account; correct userName or " +
        "password, then run nightferry check --connect",
    ],
  ])("reads well: %#", (failure, sentence) => {
    expect(describeFailure(failure)).toBe(sentence);
  });
});

describe("the sentence about a superseded run", () => {
  it.each<[Failure & { readonly reason: "superseded" }, string]>([
    [{ ...superseded, because: "newer", copy: null }, "run run-2 has published newer data at s3://lake/x, which stay"],
    [
      { ...superseded, because: "newer", copy: COPY },
      `run run-2 has published newer data at s3://lake/x, which stay; this result is in quarantine, unproven, at ${COPY}`,
    ],
    [
      { ...superseded, because: "more-complete", copy: null },
      "run run-2 has published s3://lake/x completely and this run has not, so that one stays; nightferry retry requests what is missing",
    ],
    [
      { ...superseded, because: "wider", has: "muIds 102", copy: COPY },
      `run run-2 has muIds 102 at s3://lake/x, which this run lacks, so that one stays; this result is in quarantine, unproven, at ${COPY}; ` +
        "to replace it, delete s3://lake/x and use nightferry rerun",
    ],
    [
      { ...superseded, because: "overwritten", copy: null },
      "run run-2 has overwritten other chunks of this run at s3://lake/x; nightferry rerun starts this run over",
    ],
  ])("says why the published data stay, and what to do: %#", (failure, sentence) => {
    expect(describeFailure(failure)).toBe(sentence);
  });

  it("is refused for a reason that does not exist", () => {
    expect(() => describeFailure({ ...superseded, because: "older", copy: null } as never)).toThrow("unexpected value");
  });
});
