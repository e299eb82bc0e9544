import { expect, it } from "vitest";
import { compareSelections, describeSelectionChange } from "../../src/core/selection-change.ts";

it("names what came and what went, by member", () => {
  const change = compareSelections({ muIds: [101, 102], ctIds: [201] }, { muIds: [102, 103, 104] });
  expect(change).toEqual({ added: { muIds: [103, 104] }, removed: { muIds: [101], ctIds: [201] } });
  expect(change && describeSelectionChange(change)).toBe("muIds: 103, 104 added; muIds: 101 gone; ctIds: 201 gone");
});

it("is nothing when the entities are the same", () => {
  expect(compareSelections({ muIds: [1] }, { muIds: [1], timeOff: { allTimeOffGroups: {} } })).toBeNull();
});
