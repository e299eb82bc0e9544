import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, type Edition, isInside, precedenceOf } from "../../src/core/edition.ts";
import type { ExportRequest } from "../../src/core/export-request.ts";
import type { RunId } from "../../src/core/ids.ts";
import type { Manifest } from "../../src/core/manifest.ts";
import { buildInterval } from "../factories/build-run.ts";

const MADE_AT = Date.parse("2026-11-23T09:00:00.000Z");
const FOLDER = buildInterval("2026-11-22");
const NEWER = { because: "newer" };
const WHOLE = { because: "whole" };
const WRITTEN_OVER = { because: "written-over" };

function asked(...muIds: number[]): ExportRequest {
  return { startDate: FOLDER.from, endDate: FOLDER.to, outputFormat: "JSON", muIds };
}

interface Stands {
  readonly run?: string;
  readonly hours?: number;
  readonly isMarked?: boolean;
  readonly requests?: readonly unknown[];
}

function standing({ run = "theirs", hours = 0, isMarked = true, requests = [asked(101, 102)] }: Stands = {}): Edition {
  const manifest = { run: { id: run }, requests, completedAt: new Date(MADE_AT + hours * 3_600_000).toISOString() };
  return { manifest: manifest as unknown as Manifest, isMarked };
}

function candidate(change: Partial<Candidate> = {}): Candidate {
  const usual = { partition: FOLDER, requests: [asked(101), asked(102)], isWhole: true, hasPublished: false, outdone: [] };
  return { runId: "ours" as RunId, completedAt: new Date(MADE_AT), ...usual, ...change };
}

describe("what stands in a folder", () => {
  it.each([
    ["nothing stands there", null, candidate(), null],
    ["a later whole run comes", standing(), candidate({ completedAt: new Date(MADE_AT + 1) }), null],
    ["a whole run comes whose data are as old", standing(), candidate(), null],
    ["an older whole run comes", standing({ hours: 1 }), candidate(), NEWER],
    ["an older run comes that misses a part", standing({ hours: 1 }), candidate({ isWhole: false }), NEWER],
    ["a later run comes that misses a part", standing({ hours: -1 }), candidate({ isWhole: false }), WHOLE],
    ["it was not whole, and a run comes that is", standing({ hours: 1, isMarked: false }), candidate(), null],
    ["neither is whole", standing({ isMarked: false }), candidate({ isWhole: false }), null],
    ["it took the place of parts of the run that comes", standing({ hours: -1 }), candidate({ hasPublished: true }), WRITTEN_OVER],
    ["it did so, and is not whole", standing({ isMarked: false }), candidate({ hasPublished: true }), WRITTEN_OVER],
    ["the run that comes published it itself", standing({ run: "ours" }), candidate({ isWhole: false, hasPublished: true }), null],
  ])("when %s", (_when, stands, comes, precedence) => {
    expect(precedenceOf(stands, comes)).toEqual(precedence);
  });

  const nobody = { startDate: FOLDER.from, endDate: FOLDER.to };
  it.each([
    ["an entity may not be viewed any more", [asked(101, 102)], [asked(101)], "muIds 102"],
    ["a part failed that it has, whole or not", [asked(101)], [asked(102), asked(103)], "muIds 101"],
    ["more is asked for than before", [asked(101)], [asked(103, 101)], null],
    ["it is asked for in other pieces", [asked(101), asked(102), asked(103)], [asked(103, 102, 101)], null],
    ["entities of another kind are asked for", [asked(101)], [{ ...asked(), muIds: undefined, ctIds: [101] }], "muIds 101"],
    ["no entities are named, which is all of them", [asked(101)], [nobody], null],
    ["no entities were named, and now some are", [nobody], [asked(101)], "2026-11-22"],
    ["its dates are those of no calendar", [{ ...asked(101), startDate: "2026-02-31" }], [asked(102)], null],
    ["its dates are all that there are", [{ ...asked(101), startDate: "0001-01-01", endDate: "9999-12-31" }], [asked(101)], null],
    ["its request is none", [{}], [asked(102)], null],
    [
      "much is given up",
      [asked(...Array.from({ length: 12 }, (_, id) => id))],
      [asked(99)],
      "muIds 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more",
    ],
  ])("stays for what it has and the run that comes has not: %s", (_when, has, offers, given) => {
    const precedence = given === null ? null : { because: "wider", has: given };
    for (const isMarked of [true, false]) {
      const comes = candidate({ requests: offers as unknown as ExportRequest[], completedAt: new Date(MADE_AT + 1) });
      expect(precedenceOf(standing({ isMarked, requests: has }), comes)).toEqual(precedence);
    }
  });

  it.each([
    ["stands still: the others go the same way", "theirs", { because: "wider", has: "muIds 7" }],
    ["does not stand any more", "another", WHOLE],
  ])("once some parts have given way to an edition that %s", (_how, runId, precedence) => {
    const outdone = { reason: "edition-outdone", target: "s3://x", runId, because: "wider", has: "muIds 7", copy: null } as const;
    const comes = candidate({ isWhole: false, completedAt: new Date(MADE_AT + 1), outdone: [outdone] });
    expect(precedenceOf(standing(), comes)).toEqual(precedence);
  });

  it("is told from one of several dates", () => {
    const partition = { from: buildInterval("2026-11-20").from, to: FOLDER.to };
    const days = (startDate: string, endDate: string) => ({ ...asked(101), startDate, endDate });
    const stands = standing({ requests: [days("2026-11-20", "2026-11-22")] });
    const cut = [days("2026-11-20", "2026-11-21"), days("2026-11-22", "2026-11-22")];
    expect(precedenceOf(stands, candidate({ partition, requests: cut }))).toBeNull();
    expect(precedenceOf(stands, candidate({ partition, requests: cut.slice(1) }))).toEqual({ because: "wider", has: "muIds 101" });
  });

  it.each([
    ["older, and all of it is there", -1, [101], true],
    ["as old", 0, [101], false],
    ["newer", 1, [101], false],
    ["older, and some of it is not there", -1, [101, 103], false],
  ])("makes a result superfluous only when it is %s", (_how, ms, ids, isSuperfluous) => {
    const job = { completedAt: new Date(MADE_AT + ms), request: asked(...ids), partition: FOLDER };
    expect(isInside(job, standing())).toBe(isSuperfluous);
  });

  const run = fc.record({ hours: fc.integer({ min: 0, max: 9 }), isWhole: fc.boolean() });

  it("is, whatever comes in whatever order, in the end the newest that was ever had whole", () => {
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), (runs) => {
        let stands: Edition | null = null;
        runs.forEach(({ hours, isWhole }, index) => {
          const completedAt = new Date(MADE_AT + hours * 3_600_000);
          const precedence = precedenceOf(stands, candidate({ runId: `run-${index}` as RunId, isWhole, completedAt }));
          if (precedence === null) stands = standing({ run: `run-${index}`, hours, isMarked: isWhole });
        });
        const whole = runs.filter(({ isWhole }) => isWhole).map(({ hours }) => hours);
        const last = stands as Edition | null;
        expect(last?.isMarked).toBe(whole.length > 0);
        if (whole.length > 0) expect(last?.manifest.completedAt).toBe(standing({ hours: Math.max(...whole) }).manifest.completedAt);
      }),
    );
  });

  it("never loses an entity that it had, whatever comes", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(run, ids), { minLength: 1, maxLength: 12 }), (runs) => {
        let stands: Edition | null = null;
        let had = new Set<number>();
        runs.forEach(([{ hours, isWhole }, muIds], index) => {
          const completedAt = new Date(MADE_AT + hours * 3_600_000);
          const requests = muIds.map((id) => asked(id));
          if (precedenceOf(stands, candidate({ runId: `run-${index}` as RunId, isWhole, completedAt, requests })) !== null) return;
          stands = standing({ run: `run-${index}`, hours, isMarked: isWhole, requests });
          expect(muIds).toEqual(expect.arrayContaining([...had]));
          had = new Set(muIds);
        });
      }),
    );
  });
});
