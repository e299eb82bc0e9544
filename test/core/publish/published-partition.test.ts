import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Candidate,
  isContained,
  isOlder,
  keepReasonOf,
  type PublishedPartition,
} from "../../../src/core/publish/published-partition.ts";
import type { ExportRequest } from "../../../src/core/exports/export-request.ts";
import type { RunId } from "../../../src/core/base/ids.ts";
import type { Manifest } from "../../../src/core/publish/manifest.ts";
import { buildInterval } from "../../factories/build-run.ts";

const COMPLETED_AT = Date.parse("2026-11-23T09:00:00.000Z");
const PARTITION = buildInterval("2026-11-22");
const NEWER = { because: "newer" };
const MORE_COMPLETE = { because: "more-complete" };
const OVERWRITTEN = { because: "overwritten" };

function request(...muIds: number[]): ExportRequest {
  return { startDate: PARTITION.from, endDate: PARTITION.to, outputFormat: "JSON", muIds };
}

interface Before {
  readonly run?: string;
  readonly hours?: number;
  readonly isComplete?: boolean;
  readonly requests?: readonly unknown[];
}

function published({ run = "other", hours = 0, isComplete = true, requests = [request(101, 102)] }: Before = {}): PublishedPartition {
  const manifest = { run: { id: run }, requests, completedAt: new Date(COMPLETED_AT + hours * 3_600_000).toISOString() };
  return { manifest: manifest as unknown as Manifest, isComplete };
}

function candidate(change: Partial<Candidate> = {}): Candidate {
  const usual = { partition: PARTITION, requests: [request(101), request(102)], isWhole: true, hasPublished: false, superseded: [] };
  return { runId: "ours" as RunId, completedAt: new Date(COMPLETED_AT), ...usual, ...change };
}

describe("a published partition", () => {
  it.each([
    ["nothing is published", null, candidate(), null],
    ["a newer complete run follows", published(), candidate({ completedAt: new Date(COMPLETED_AT + 1) }), null],
    ["a complete run with data of the same age follows", published(), candidate(), null],
    ["an older complete run follows", published({ hours: 1 }), candidate(), NEWER],
    ["an older run that lacks a chunk follows", published({ hours: 1 }), candidate({ isWhole: false }), NEWER],
    ["a newer run that lacks a chunk follows", published({ hours: -1 }), candidate({ isWhole: false }), MORE_COMPLETE],
    ["it is incomplete and a complete run follows", published({ hours: 1, isComplete: false }), candidate(), null],
    ["neither is complete", published({ isComplete: false }), candidate({ isWhole: false }), null],
    ["it has overwritten chunks of the run that follows", published({ hours: -1 }), candidate({ hasPublished: true }), OVERWRITTEN],
    ["it has done so and is incomplete", published({ isComplete: false }), candidate({ hasPublished: true }), OVERWRITTEN],
    ["the run that follows has published it itself", published({ run: "ours" }), candidate({ isWhole: false, hasPublished: true }), null],
  ])("is kept or replaced when %s", (_when, before, next, keepReason) => {
    expect(keepReasonOf(before, next)).toEqual(keepReason);
  });

  const noEntities = { startDate: PARTITION.from, endDate: PARTITION.to };
  it.each([
    ["the login may no longer view an entity", [request(101, 102)], [request(101)], "muIds 102"],
    ["the next run lacks a chunk", [request(101)], [request(102), request(103)], "muIds 101"],
    ["the next run requests more", [request(101)], [request(103, 101)], null],
    ["the next run requests the same in other chunks", [request(101), request(102), request(103)], [request(103, 102, 101)], null],
    ["the next run requests entities of another kind", [request(101)], [{ ...request(), muIds: undefined, ctIds: [101] }], "muIds 101"],
    ["the next run names no entities, which means all of them", [request(101)], [noEntities], null],
    ["it named no entities, and the next run names some", [noEntities], [request(101)], "2026-11-22"],
    ["its dates do not exist", [{ ...request(101), startDate: "2026-02-31" }], [request(102)], null],
    ["its dates are all dates", [{ ...request(101), startDate: "0001-01-01", endDate: "9999-12-31" }], [request(101)], null],
    ["its request is empty", [{}], [request(102)], null],
    [
      "the next run lacks many entities",
      [request(...Array.from({ length: 12 }, (_, id) => id))],
      [request(99)],
      "muIds 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more",
    ],
  ])("is kept for the cells that the next run lacks: %s", (_when, has, next, lacking) => {
    const keepReason = lacking === null ? null : { because: "wider", has: lacking };
    for (const isComplete of [true, false]) {
      const following = candidate({ requests: next as unknown as ExportRequest[], completedAt: new Date(COMPLETED_AT + 1) });
      expect(keepReasonOf(published({ isComplete, requests: has }), following)).toEqual(keepReason);
    }
  });

  it.each([
    ["is still published", "other", { because: "wider", has: "muIds 7" }],
    ["is no longer published", "another", MORE_COMPLETE],
  ])("decides about the remaining chunks of a run as about its superseded ones, if it %s", (_how, runId, keepReason) => {
    const superseded = { reason: "superseded", target: "s3://x", runId, because: "wider", has: "muIds 7", copy: null } as const;
    const following = candidate({ isWhole: false, completedAt: new Date(COMPLETED_AT + 1), superseded: [superseded] });
    expect(keepReasonOf(published(), following)).toEqual(keepReason);
  });

  it.each(["newer", "more-complete", "overwritten"] as const)(
    "is kept for the reason that other chunks of the run were given: %s",
    (because) => {
      const superseded = { reason: "superseded", target: "s3://x", runId: "other", because, copy: null } as const;
      const following = candidate({ completedAt: new Date(COMPLETED_AT + 1), superseded: [superseded] });
      expect(keepReasonOf(published(), following)).toEqual({ because });
    },
  );

  it("of several dates is compared date by date", () => {
    const partition = { from: buildInterval("2026-11-20").from, to: PARTITION.to };
    const days = (startDate: string, endDate: string) => ({ ...request(101), startDate, endDate });
    const before = published({ requests: [days("2026-11-20", "2026-11-22")] });
    const split = [days("2026-11-20", "2026-11-21"), days("2026-11-22", "2026-11-22")];
    expect(keepReasonOf(before, candidate({ partition, requests: split }))).toBeNull();
    expect(keepReasonOf(before, candidate({ partition, requests: split.slice(1) }))).toEqual({ because: "wider", has: "muIds 101" });
  });

  it.each([
    ["older, and the partition has all of it", -1, [101], true],
    ["of the same age", 0, [101], false],
    ["newer", 1, [101], false],
    ["older, and the partition lacks some of it", -1, [101, 103], false],
  ])("contains a result only if the result is %s", (_how, ms, ids, isInside) => {
    const job = { completedAt: new Date(COMPLETED_AT + ms), request: request(...ids), partition: PARTITION };
    expect(isContained(job, published())).toBe(isInside);
  });

  it("is newer only if WFM completed its data later", () => {
    const isOlderBy = (ms: number) => isOlder({ completedAt: new Date(COMPLETED_AT - ms) }, published());
    expect([-1, 0, 1].map(isOlderBy)).toEqual([false, false, true]);
  });

  const run = fc.record({ hours: fc.integer({ min: 0, max: 9 }), isWhole: fc.boolean() });

  it("is in the end the newest complete one, in whatever order the runs came", () => {
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), (runs) => {
        let current: PublishedPartition | null = null;
        runs.forEach(({ hours, isWhole }, index) => {
          const completedAt = new Date(COMPLETED_AT + hours * 3_600_000);
          const keepReason = keepReasonOf(current, candidate({ runId: `run-${index}` as RunId, isWhole, completedAt }));
          if (keepReason === null) current = published({ run: `run-${index}`, hours, isComplete: isWhole });
        });
        const whole = runs.filter(({ isWhole }) => isWhole).map(({ hours }) => hours);
        const last = current as PublishedPartition | null;
        expect(last?.isComplete).toBe(whole.length > 0);
        if (whole.length > 0) expect(last?.manifest.completedAt).toBe(published({ hours: Math.max(...whole) }).manifest.completedAt);
      }),
    );
  });

  it("never loses an entity, whatever runs follow", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(run, ids), { minLength: 1, maxLength: 12 }), (runs) => {
        let current: PublishedPartition | null = null;
        let before = new Set<number>();
        runs.forEach(([{ hours, isWhole }, muIds], index) => {
          const completedAt = new Date(COMPLETED_AT + hours * 3_600_000);
          const requests = muIds.map((id) => request(id));
          if (keepReasonOf(current, candidate({ runId: `run-${index}` as RunId, isWhole, completedAt, requests })) !== null) return;
          current = published({ run: `run-${index}`, hours, isComplete: isWhole, requests });
          expect(muIds).toEqual(expect.arrayContaining([...before]));
          before = new Set(muIds);
        });
      }),
    );
  });
});
