import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate, datesOf } from "../../../src/core/base/business-date.ts";
import { describeCells, droppedCells } from "../../../src/core/publish/compare-cells.ts";
import { buildInterval } from "../../factories/build-run.ts";

const PARTITION = buildInterval("2026-11-20", "2026-11-22");

type Request = Readonly<Record<string, unknown>>;

function request(members: Request, from = "2026-11-20", to = "2026-11-22"): Request {
  return { startDate: from, endDate: to, outputFormat: "JSON", ...members };
}

function dropped(published: readonly Request[], candidate: readonly Request[]): string {
  return describeCells(droppedCells(published, candidate, PARTITION));
}

describe("the cells that a candidate would drop", () => {
  it.each<[string, Request[], Request[], string]>([
    ["are none when it requests the same", [request({ muIds: [1, 2] })], [request({ muIds: [2, 1] })], ""],
    ["are none when it requests more", [request({ muIds: [1] })], [request({ muIds: [1, 2] })], ""],
    ["are those of an entity that it does not request", [request({ muIds: [1, 2] })], [request({ muIds: [1] })], "muIds 2"],
    ["are those of a date that it does not request", [request({ muIds: [1] })], [request({ muIds: [1] }, "2026-11-21")], "muIds 1"],
    ["are told apart by member", [request({ buIds: [1], ctIds: [2] })], [request({ ctIds: [1, 2] })], "buIds 1"],
    ["are named by member", [request({ buIds: [1], ctIds: [2, 3] })], [], "buIds 1 and ctIds 2, 3"],
    ["are none when it requests all entities of the dates", [request({ muIds: [1, 2] })], [request({})], ""],
    ["are whole dates when all entities were requested", [request({})], [request({ muIds: [1] })], "2026-11-20, 2026-11-21, 2026-11-22"],
    ["are whole dates, without those that it requests", [request({})], [request({}, "2026-11-21", "2026-11-21")], "2026-11-20, 2026-11-22"],
    ["never lie outside of the partition", [request({ muIds: [1] }, "0001-01-01", "9999-12-31")], [request({ muIds: [1] })], ""],
    ["are none of a request without a valid start", [request({ muIds: [1] }, "2026-02-30")], [], ""],
    ["are none of a request without a valid end", [request({ muIds: [1] }, "2026-11-20", "soon")], [], ""],
    ["are none of a request that is empty", [{}], [], ""],
  ])("%s", (_what, published, candidate, words) => {
    expect(dropped(published, candidate)).toBe(words);
  });

  it("are named ten at most", () => {
    const ids = Array.from({ length: 12 }, (_, index) => index + 1);
    expect(dropped([request({ muIds: ids.slice(0, 10) })], [])).toBe("muIds 1, 2, 3, 4, 5, 6, 7, 8, 9, 10");
    expect(dropped([request({ muIds: ids })], [])).toBe("muIds 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
  });

  it("are always exactly the published cells that the candidate does not have", () => {
    const chunk = fc.record({ offset: fc.nat(2), days: fc.nat(2), ids: fc.uniqueArray(fc.nat(3), { minLength: 1 }) });
    const chunks = fc.array(chunk, { maxLength: 4 });
    const requestOf = ({ offset, days, ids }: { offset: number; days: number; ids: number[] }): Request => {
      const from = addDays(PARTITION.from, offset);
      return request({ muIds: ids }, from, addDays(from, days));
    };
    const cellsOf = (requests: readonly Request[]) =>
      new Set(
        requests.flatMap((one) =>
          datesOf({ from: one["startDate"] as BusinessDate, to: one["endDate"] as BusinessDate })
            .filter((date) => date <= PARTITION.to)
            .flatMap((date) => (one["muIds"] as number[]).map((id) => `${date} ${id}`)),
        ),
      );
    fc.assert(
      fc.property(chunks, chunks, (one, other) => {
        const [published, candidate] = [one.map(requestOf), other.map(requestOf)];
        const found = droppedCells(published, candidate, PARTITION).map(({ date, entity }) => `${date} ${entity?.id}`);
        const offered = cellsOf(candidate);
        expect(new Set(found)).toEqual(new Set([...cellsOf(published)].filter((cell) => !offered.has(cell))));
      }),
    );
  });
});
