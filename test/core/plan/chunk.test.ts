import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate, datesOf } from "../../../src/core/base/business-date.ts";
import type { ExportRequest } from "../../../src/core/exports/export-request.ts";
import { countCells, splitChunk, splitToFit, idsNamed, splitByPermission, type Chunk } from "../../../src/core/plan/chunk.ts";

const FIRST = "2026-10-01" as BusinessDate;

function chunkOf(days: number, members: Readonly<Record<string, unknown>>, chunk = 0): Chunk {
  const to = addDays(FIRST, days - 1);
  const request: ExportRequest = { timeFormat: "24", startDate: FIRST, endDate: to, outputFormat: "JSON", ...members };
  return { request, interval: { from: FIRST, to }, chunk };
}

/** Every cell of a chunk, in words. */
function cellsOf({ request, interval }: Chunk): string[] {
  const entities = ["muIds", "buIds", "ctIds", "timeOffGroupList"].flatMap((member) =>
    ((request[member] ?? []) as unknown[]).map((value) => `${member} ${JSON.stringify(value)}`),
  );
  return datesOf(interval).flatMap((date) => (entities.length === 0 ? [date] : entities.map((entity) => `${date} ${entity}`)));
}

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 45 });
const members = fc.oneof(
  ids.map((muIds) => ({ muIds })),
  ids.map((ctIds) => ({ ctIds })),
  fc.tuple(ids, ids).map(([buIds, ctIds]) => ({ buIds, ctIds })),
  ids.map((groups) => ({ timeOffGroupList: groups.map((timeOffGroup) => ({ timeOffGroup, timeOffRules: ["Vacation"] })) })),
  fc.constant({ allTimeOffGroups: {} }),
);
const chunks = fc.tuple(fc.integer({ min: 1, max: 40 }), members, fc.nat(500)).map(([days, own, chunk]) => chunkOf(days, own, chunk));

function expectSameCells(whole: Chunk, split: readonly Chunk[]): void {
  expect(split.flatMap(cellsOf).sort()).toEqual(cellsOf(whole).sort());
}

/** Every cell has a position of its own, within those of the whole chunk. */
function expectPositions(whole: Chunk, split: readonly Chunk[]): void {
  const positions = split.flatMap(({ chunk, request }) => Array.from({ length: countCells(request) }, (_, index) => chunk + index));
  const all = Array.from({ length: countCells(whole.request) }, (_, index) => whole.chunk + index);
  expect(positions).toEqual(all);
}

describe("splitting a chunk", () => {
  it("always requests the same cells, each once, in chunks that keep their order", () => {
    fc.assert(
      fc.property(chunks, fc.boolean(), (whole, maySplitByDate) => {
        const split = splitChunk(whole, maySplitByDate);
        if (split.length === 0) return;
        expect(split.length).toBeGreaterThan(1);
        expectSameCells(whole, split);
        expectPositions(whole, split);
      }),
    );
  });

  it("ends with one date of one entity", () => {
    fc.assert(
      fc.property(
        chunks.filter(({ request }) => idsNamed(request).buIds === undefined),
        (whole) => {
          const leaves: Chunk[] = [];
          const open = [whole];
          for (let chunk = open.pop(); chunk; chunk = open.pop()) {
            const split = splitChunk(chunk, true);
            if (split.length === 0) leaves.push(chunk);
            open.push(...split);
          }
          expect(leaves.every(({ request }) => countCells(request) === 1)).toBe(true);
          expectSameCells(whole, leaves);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("keeps dates together when a record may belong to several", () => {
    const [first, ...others] = splitChunk(chunkOf(7, { muIds: [1, 2, 3, 4, 5] }), false);
    expect(first?.interval).toEqual({ from: "2026-10-01", to: "2026-10-07" });
    expect([first, ...others].map((chunk) => chunk?.request["muIds"])).toEqual([[1], [2], [3], [4, 5]]);
    expect(splitChunk(chunkOf(7, { muIds: [1] }), false)).toEqual([]);
  });

  it("never separates business units from contact types, because a business unit stands for its contact types", () => {
    expect(splitChunk(chunkOf(1, { buIds: [301], ctIds: [201, 202] }), true)).toEqual([]);
    expect(splitChunk(chunkOf(2, { buIds: [301], ctIds: [201, 202] }), true)).toHaveLength(2);
  });

  it("keeps the other members of the request", () => {
    const [first] = splitChunk(chunkOf(1, { muIds: [1, 2], ctIds: null, attribute: "X" }), true);
    expect(first?.request).toEqual({
      timeFormat: "24",
      startDate: "2026-10-01",
      endDate: "2026-10-01",
      outputFormat: "JSON",
      muIds: [1],
      ctIds: null,
      attribute: "X",
    });
  });
});

describe("splitting to a known size", () => {
  it("never requests more cells at once, unless the chunk cannot be split", () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 300 }), fc.boolean(), (whole, most, maySplitByDate) => {
        const split = splitToFit(whole, most, maySplitByDate);
        expectSameCells(whole, split);
        expectPositions(whole, split);
        for (const chunk of split.filter(({ request }) => countCells(request) > most)) {
          expect(splitChunk(chunk, maySplitByDate), "it cannot be split").toEqual([]);
        }
      }),
    );
  });

  it("makes as few chunks as possible", () => {
    const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    expect(splitToFit(chunkOf(1, { muIds: ids(10) }), 4, false).map(({ request }) => countCells(request))).toEqual([3, 3, 4]);
    expect(splitToFit(chunkOf(2, { muIds: ids(10) }), 4, false).map(({ request }) => countCells(request))).toEqual([4, 4, 4, 4, 4]);
    expect(splitToFit(chunkOf(10, { muIds: ids(2) }), 6, true).map(({ request }) => countCells(request))).toEqual([4, 6, 4, 6]);
  });

  it("splits two entities, but never one", () => {
    expect(splitToFit(chunkOf(7, { muIds: [1, 2] }), 1, false).map(({ request }) => request["muIds"])).toEqual([[1], [2]]);
    const whole = chunkOf(7, { muIds: [1] });
    expect(splitToFit(whole, 1, false)).toEqual([whole]);
  });

  it("splits dates before entities", () => {
    expect(splitToFit(chunkOf(2, { muIds: [1, 2, 3] }), 3, true).map(({ request }) => request["muIds"])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const split = splitToFit(chunkOf(3, { muIds: [1, 2, 3] }), 2, true);
    expect(split.map(({ interval, request }) => [interval.from, interval.to, request["muIds"]])).toEqual(
      ["2026-10-01", "2026-10-02", "2026-10-03"].flatMap((date) => [
        [date, date, [1]],
        [date, date, [2, 3]],
      ]),
    );
  });

  it("keeps a chunk that fits", () => {
    const whole = chunkOf(3, { muIds: [1, 2] });
    expect(splitToFit(whole, 6, true)).toEqual([whole]);
    expect(splitToFit(whole, 5, true).map(({ chunk }) => chunk)).toEqual([0, 2]);
  });
});

describe("splitting by permission", () => {
  it("separates the permitted entities from the refused ones", () => {
    const { permitted, refused } = splitByPermission(chunkOf(2, { muIds: [1, 2, 3] }, 10), new Set([2, 9]));
    expect(permitted).toMatchObject({ chunk: 10, request: { muIds: [1, 3] } });
    expect(refused).toMatchObject({ chunk: 14, request: { muIds: [2] } });
  });

  it("omits a member without any entities left", () => {
    const { permitted } = splitByPermission(chunkOf(1, { buIds: [301], ctIds: [201] }), new Set([301]));
    expect(Object.keys(permitted?.request ?? {})).not.toContain("buIds");
  });

  it("has one side only if all or no entities are refused", () => {
    const whole = chunkOf(1, { muIds: [1] });
    expect(splitByPermission(whole, new Set([1]))).toEqual({ permitted: null, refused: whole });
    expect(splitByPermission(whole, new Set([2]))).toEqual({ permitted: whole, refused: null });
  });

  it("identifies time-off groups by their number", () => {
    const groups = [1, 2].map((timeOffGroup) => ({ timeOffGroup, timeOffRules: [] }));
    const { refused } = splitByPermission(chunkOf(1, { timeOffGroupList: groups }), new Set([2]));
    expect(refused?.request["timeOffGroupList"]).toEqual([groups[1]]);
  });

  it("permits an entity that has no id", () => {
    const whole = chunkOf(1, { timeOffGroupList: [{ name: "all" }, null] });
    expect(splitByPermission(whole, new Set([1]))).toEqual({ permitted: whole, refused: null });
  });
});

describe("the entities that a request names", () => {
  it.each([
    [{ muIds: [1, 2] }, { muIds: [1, 2] }],
    [
      { ctIds: [3], buIds: [4] },
      { buIds: [4], ctIds: [3] },
    ],
    [{ timeOffGroupList: [{ timeOffGroup: 5, timeOffRules: [] }] }, { timeOffGroupList: [5] }],
    [{ allTimeOffGroups: {} }, {}],
    [{ muIds: "all" }, {}],
    [{ muIds: [1, "x", null, { timeOffGroup: "y" }] }, { muIds: [1] }],
    [{ muIds: [] }, {}],
  ])("of %j are %j", (members, ids) => {
    expect(idsNamed(members)).toEqual(ids);
  });
});

describe("the cells of a request", () => {
  it.each([
    [1, { muIds: [1] }, 1],
    [7, { muIds: [1, 2, 3] }, 21],
    [7, {}, 7],
    [2, { buIds: [1], ctIds: [2, 3] }, 6],
  ])("are counted: %i dates of %j are %i", (days, members, cells) => {
    expect(countCells(chunkOf(days, members).request)).toBe(cells);
  });

  it("cannot be counted without dates", () => {
    const request = { ...chunkOf(1, {}).request, endDate: "tomorrow" };
    expect(() => countCells(request)).toThrow("a request from 2026-10-01 to tomorrow has no business dates");
  });
});
