import { type Arbitrary, constantFrom, dictionary, oneof, string } from "fast-check";
import { expect } from "vitest";
import { describeFailure } from "../../src/core/base/describe-failure.ts";
import { failureKind } from "../../src/core/base/failure.ts";
import { answerPacked, type OneAttempt, ROWS } from "./one-attempt.ts";

export const RUNS = { numRuns: 10_000 };
export const TIMEOUT = { timeout: 240_000 };

/** What holds for every outcome: a failure has a sentence, on one line, without a secret; and readers see nothing unless something is archived. */
export function expectSound({ found, lake, failures }: OneAttempt): void {
  for (const failure of failures) {
    expect(failureKind(failure)).toBeDefined();
    const sentence = describeFailure(failure);
    // oxlint-disable-next-line no-control-regex
    expect(sentence).toMatch(/^[^\u0000-\u001f\u007f]{5,}$/);
    expect(sentence).not.toContain("canary");
  }
  const isArchived = found.jobs.some(({ state }) => state === "archived");
  expect(isArchived).toBe(lake.contents.size > 0);
}

export function expectNothingArchived(outcome: OneAttempt): void {
  expectSound(outcome);
  expect([outcome.found.run.outcome === "archived", outcome.lake.contents.size]).toEqual([false, 0]);
}

/** A result without its end. With it nothing can be archived, however right everything else is. */
export const CUT_OFF = answerPacked(ROWS.slice(0, -2));

export function anyHeaders(): Arbitrary<Record<string, string>> {
  const words = constantFrom(
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "text/html",
    "GZIP",
    "gzip",
    "x-gzip",
    "br",
    "identity",
    "0",
    String(Buffer.byteLength(ROWS)),
    "120",
    "Sun, 22 Nov 2026 01:30:00 GMT",
    "/SMARTSync/login.html",
  );
  const names = constantFrom("content-type", "content-encoding", "content-length", "retry-after", "location", "date", "x-next-record");
  return dictionary(names, oneof({ weight: 4, arbitrary: words }, { weight: 1, arbitrary: string() }), { maxKeys: 4 });
}
