import { describe, expect, it } from "vitest";
import type { EntityKind } from "../../src/core/exports/entity.ts";
import { parseEntities } from "../../src/smartsync/parse-entities.ts";

describe("parseEntities", () => {
  const sales = { kind: "mu", id: 101, name: "Sales" };
  it.each<[unknown, EntityKind | null]>([
    [[{ id: 101, name: "Sales", type: "mu" }], null],
    [[{ entityId: "101", name: "Sales", entityType: "MU" }], null],
    [[{ muId: 101, muName: "Sales", buId: 7 }], null],
    [[{ muID: 101, description: "Sales" }], null],
    [{ entities: [{ id: 101, name: "Sales", entityType: "Management Unit", status: "ADD" }] }, null],
    [{ mu: [{ id: 101, name: "Sales" }] }, null],
    [{ muList: [{ id: 101, name: "Sales" }] }, null],
    [{ managementUnits: [{ muId: 101, name: "Sales", timeZone: { id: 3, name: "UTC" } }] }, null],
    [{ data: { mus: { items: [{ id: 101, name: "Sales" }] } } }, null],
    [[{ id: 101, name: "Sales" }], "mu"],
    [{ list: [{ ID: 101, Name: "Sales", type: "VOICE" }] }, "mu"],
    [
      [
        { id: 101, name: "Sales", type: "mu" },
        { id: 101, name: "Sales again", type: "mu" },
      ],
      null,
    ],
    [
      [{ id: 101, name: "Sales", type: "mu" }, { id: 102, name: "Gone", type: "mu", status: "DELETE" }, 5, null, { id: -1, type: "mu" }],
      null,
    ],
    [
      [
        { id: 101, name: "Sales", type: "mu" },
        { id: 102, type: "mu", changeType: "d" },
        { id: 103, type: "mu", deleted: true },
      ],
      null,
    ],
  ])("finds Sales in %j", (value, requested) => {
    expect(parseEntities(value, requested)).toEqual({ entities: [sales], untyped: 0 });
  });

  it("accepts bare ids, nested lists and mixed kinds", () => {
    const value = { bu: [{ buId: 1, name: "All", managementUnits: [{ muId: 101, name: "Sales" }] }], ctIds: [5] };
    expect(parseEntities(value, null)?.entities).toEqual([{ kind: "bu", id: 1, name: "All" }, sales, { kind: "ct", id: 5, name: "5" }]);
  });

  it("counts entries of unknown kind", () => {
    expect(parseEntities([{ id: 1, name: "x" }], null)).toEqual({ entities: [], untyped: 1 });
  });

  it.each([[], { mu: [] }, [{ id: 1, type: "mu", status: "DELETED" }]])("finds an empty list in %j", (value) => {
    expect(parseEntities(value, null)).toEqual({ entities: [], untyped: 0 });
  });

  it.each([null, 3, "x", {}, { count: 2 }, [{ a: 1 }], ["x"], { message: "No", status: 400, details: [] }])(
    "finds no list in %j",
    (value) => {
      expect(parseEntities(value, null)).toBeNull();
    },
  );
});
