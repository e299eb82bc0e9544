import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResolvedSelection } from "../../../src/core/exports/export-request.ts";
import { compareSelections, describeSelectionChange } from "../../../src/core/exports/selection-change.ts";

const MEMBERS = ["muIds", "buIds", "ctIds"] as const;

describe("the change of a selection", () => {
  it("names what was added and what was removed, by member", () => {
    const change = compareSelections({ muIds: [101, 102], ctIds: [201] }, { muIds: [102, 103, 104] });
    expect(change).toEqual({ added: { muIds: [103, 104] }, removed: { muIds: [101], ctIds: [201] } });
    expect(change && describeSelectionChange(change)).toBe("muIds: 103, 104 added; muIds: 101 gone; ctIds: 201 gone");
  });

  it.each<[string, ResolvedSelection, ResolvedSelection]>([
    ["the entities are the same", { muIds: [1, 2] }, { muIds: [2, 1] }],
    ["only the selection of time off differs", { muIds: [1] }, { muIds: [1], timeOff: { allTimeOffGroups: {} } }],
    ["neither selects an entity", {}, { muIds: [] }],
  ])("is none when %s", (_when, before, after) => {
    expect(compareSelections(before, after)).toBeNull();
  });

  it("always leads from the entities before to the entities after", () => {
    const ids = fc.uniqueArray(fc.nat(9));
    const selection = fc.record({ muIds: ids, buIds: ids, ctIds: ids });
    fc.assert(
      fc.property(selection, selection, (before, after) => {
        const change = compareSelections(before, after) ?? { added: {}, removed: {} };
        for (const member of MEMBERS) {
          const removed = change.removed[member] ?? [];
          const kept = before[member].filter((id) => !removed.includes(id));
          expect(new Set([...kept, ...(change.added[member] ?? [])])).toEqual(new Set(after[member]));
        }
      }),
    );
  });
});
