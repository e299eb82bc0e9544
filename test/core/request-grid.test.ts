import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate, datesOf } from "../../src/core/business-date.ts";
import type { ExportRequest } from "../../src/core/export-request.ts";
import { countUnits, cutPiece, cutToFit, idsNamed, partByPermission, type Piece } from "../../src/core/request-grid.ts";

const FIRST = "2026-10-01" as BusinessDate;

function pieceOf(days: number, members: Readonly<Record<string, unknown>>, part = 0): Piece {
  const to = addDays(FIRST, days - 1);
  const request: ExportRequest = { timeFormat: "24", startDate: FIRST, endDate: to, outputFormat: "JSON", ...members };
  return { request, interval: { from: FIRST, to }, part };
}

/** Every date and entity that a piece asks for, as words. */
function unitsOf({ request, interval }: Piece): string[] {
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
const pieces = fc.tuple(fc.integer({ min: 1, max: 40 }), members, fc.nat(500)).map(([days, own, part]) => pieceOf(days, own, part));

function expectSameUnits(whole: Piece, cut: readonly Piece[]): void {
  expect(cut.flatMap(unitsOf).sort()).toEqual(unitsOf(whole).sort());
}

/** Their places: each within the whole's, none shared by two units of different pieces. */
function expectPlaces(whole: Piece, cut: readonly Piece[]): void {
  const taken = cut.flatMap(({ part, request }) => Array.from({ length: countUnits(request) }, (_, index) => part + index));
  const all = Array.from({ length: countUnits(whole.request) }, (_, index) => whole.part + index);
  expect(taken).toEqual(all);
}

describe("cutting a request", () => {
  it("asks for the same dates and entities, each once, in pieces that keep their order", () => {
    fc.assert(
      fc.property(pieces, fc.boolean(), (whole, mayCutByDate) => {
        const cut = cutPiece(whole, mayCutByDate);
        if (cut.length === 0) return;
        expect(cut.length).toBeGreaterThan(1);
        expectSameUnits(whole, cut);
        expectPlaces(whole, cut);
      }),
    );
  });

  it("comes down to one date of one entity, and no further", () => {
    fc.assert(
      fc.property(
        pieces.filter(({ request }) => idsNamed(request).buIds === undefined),
        (whole) => {
          const leaves: Piece[] = [];
          const open = [whole];
          for (let piece = open.pop(); piece; piece = open.pop()) {
            const cut = cutPiece(piece, true);
            if (cut.length === 0) leaves.push(piece);
            open.push(...cut);
          }
          expect(leaves.every(({ request }) => countUnits(request) === 1)).toBe(true);
          expectSameUnits(whole, leaves);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("leaves dates together where a record may belong to several", () => {
    const [first, ...others] = cutPiece(pieceOf(7, { muIds: [1, 2, 3, 4, 5] }), false);
    expect(first?.interval).toEqual({ from: "2026-10-01", to: "2026-10-07" });
    expect([first, ...others].map((piece) => piece?.request["muIds"])).toEqual([[1], [2], [3], [4, 5]]);
    expect(cutPiece(pieceOf(7, { muIds: [1] }), false)).toEqual([]);
  });

  it("does not take business units and contact types apart, because one stands for the other", () => {
    expect(cutPiece(pieceOf(1, { buIds: [301], ctIds: [201, 202] }), true)).toEqual([]);
    expect(cutPiece(pieceOf(2, { buIds: [301], ctIds: [201, 202] }), true)).toHaveLength(2);
  });

  it("leaves the request's other members as they are", () => {
    const [first] = cutPiece(pieceOf(1, { muIds: [1, 2], attribute: "X" }), true);
    expect(first?.request).toEqual({
      timeFormat: "24",
      startDate: "2026-10-01",
      endDate: "2026-10-01",
      outputFormat: "JSON",
      muIds: [1],
      attribute: "X",
    });
  });
});

describe("cutting to a known size", () => {
  it("asks for no more than that at once where it can be helped", () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 300 }), fc.boolean(), (whole, most, mayCutByDate) => {
        const cut = cutToFit(whole, most, mayCutByDate);
        expectSameUnits(whole, cut);
        expectPlaces(whole, cut);
        for (const piece of cut.filter(({ request }) => countUnits(request) > most)) {
          expect(cutPiece(piece, mayCutByDate).length === 0 || !mayCutByDate).toBe(true);
        }
      }),
    );
  });

  it("leaves alone what fits", () => {
    const whole = pieceOf(3, { muIds: [1, 2] });
    expect(cutToFit(whole, 6, true)).toEqual([whole]);
    expect(cutToFit(whole, 5, true).map(({ part }) => part)).toEqual([0, 2]);
  });
});

describe("parting by permission", () => {
  it("puts every entity on its side", () => {
    const { permitted, refused } = partByPermission(pieceOf(2, { muIds: [1, 2, 3] }, 10), new Set([2, 9]));
    expect(permitted).toMatchObject({ part: 10, request: { muIds: [1, 3] } });
    expect(refused).toMatchObject({ part: 14, request: { muIds: [2] } });
  });

  it("leaves a member out that has nothing left", () => {
    const { permitted } = partByPermission(pieceOf(1, { buIds: [301], ctIds: [201] }), new Set([301]));
    expect(Object.keys(permitted?.request ?? {})).not.toContain("buIds");
  });

  it("has one side only when all or none is forbidden", () => {
    const whole = pieceOf(1, { muIds: [1] });
    expect(partByPermission(whole, new Set([1]))).toEqual({ permitted: null, refused: whole });
    expect(partByPermission(whole, new Set([2]))).toEqual({ permitted: whole, refused: null });
  });

  it("knows time-off groups by their number", () => {
    const groups = [1, 2].map((timeOffGroup) => ({ timeOffGroup, timeOffRules: [] }));
    const { refused } = partByPermission(pieceOf(1, { timeOffGroupList: groups }), new Set([2]));
    expect(refused?.request["timeOffGroupList"]).toEqual([groups[1]]);
  });
});
