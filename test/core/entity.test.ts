import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Entity, findUnmatched, resolveSelection } from "../../src/core/entity.ts";
import type { EntitySelection } from "../../src/core/export-definition.ts";
import { resolveEntities } from "../../src/core/plan-jobs.ts";
import { buildExport } from "../factories/build-export.ts";

const ENTITIES: readonly Entity[] = [
  { kind: "mu", id: 104, name: "Billing (EU)" },
  { kind: "mu", id: 101, name: "Sales East" },
  { kind: "mu", id: 102, name: "SALES West" },
  { kind: "mu", id: 103, name: "Sales Test 1" },
  { kind: "mu", id: 105, name: "Łódź\nBack Office" },
  { kind: "ct", id: 201, name: "Sales Voice" },
];

describe("a selection", () => {
  it.each<[EntitySelection, number[]]>([
    ["all", [101, 102, 103, 104, 105]],
    [
      [900, 101, 101],
      [101, 900],
    ],
    [{ names: ["Sales *"] }, [101, 102, 103]],
    [{ names: ["sales east", "*office"] }, [101, 105]],
    [{ names: ["Billing (EU)"] }, [104]],
    [{ names: ["Billing .EU."] }, []],
    [{ names: ["Sales"] }, []],
    [{ names: ["**Sales**"] }, [101, 102, 103]],
    [{ names: ["*"] }, [101, 102, 103, 104, 105]],
    [{ names: ["Sales *"], except: ["Sales Test*"] }, [101, 102]],
    [{ names: ["Sales *"], except: ["*west", 103] }, [101]],
    [{ names: ["Sales *"], except: ["Billing*", 201] }, [101, 102, 103]],
    [{ except: ["Sales*"] }, [104, 105]],
    [{ except: [101, 105] }, [102, 103, 104]],
    [{ except: ["101"] }, [101, 102, 103, 104, 105]],
    [{ names: ["Sales *"], except: ["*"] }, []],
  ])("%j means %j", (selection, ids) => {
    expect(resolveSelection(selection, "mu", ENTITIES)).toEqual(ids);
  });

  const names = fc.stringMatching(/^[ab* ]{0,4}$/);
  const entities = fc.uniqueArray(
    fc.record({ kind: fc.constantFrom("mu" as const, "ct" as const), id: fc.integer({ min: 1, max: 30 }), name: names }),
    { selector: ({ kind, id }) => `${kind} ${id}` },
  );
  const patterns = fc.array(names, { minLength: 1, maxLength: 3 });

  it("never holds what is excepted, and of the rest exactly what its names alone would hold", () => {
    fc.assert(
      fc.property(
        entities,
        patterns,
        fc.array(fc.oneof(names, fc.integer({ min: 1, max: 30 })), { minLength: 1 }),
        (all, wanted, except) => {
          const excepted = new Set([
            ...resolveSelection({ names: except.filter((one) => typeof one === "string") }, "mu", all),
            ...except.filter((one) => typeof one === "number"),
          ]);
          const named = resolveSelection({ names: wanted }, "mu", all);
          expect(resolveSelection({ names: wanted, except }, "mu", all)).toEqual(named.filter((id) => !excepted.has(id)));
        },
      ),
    );
  });

  it("leaves a name unmatched exactly when it alone would select nothing", () => {
    fc.assert(
      fc.property(entities, names, (all, name) => {
        const unmatched = resolveSelection({ names: [name] }, "mu", all).length === 0;
        expect(findUnmatched({ names: [name] }, "mu", all)).toEqual(unmatched ? [`names ${JSON.stringify(name)}`] : []);
        expect(findUnmatched({ except: [name] }, "mu", all)).toEqual(unmatched ? [`except ${JSON.stringify(name)}`] : []);
      }),
    );
  });
});

describe("what a selection comes to", () => {
  it("comes with the names and ids that match nothing", () => {
    const select = {
      muIds: { names: ["Sales *", "Salez *"], except: ["Sales Test*", "Tests", 103, 900] },
      ctIds: { names: ["Sales Voice"] },
    };
    const resolved = resolveEntities(buildExport({ select }), ENTITIES);
    expect(resolved).toEqual({
      ok: true,
      value: {
        selection: { muIds: [101, 102], ctIds: [201] },
        unmatched: ['muIds.names "Salez *"', 'muIds.except "Tests"', "muIds.except 900"],
      },
    });
  });

  it.each<[EntitySelection, string]>([
    [{ names: ["Salez *", "Bill"] }, 'nothing that this login may view matches muIds.names "Salez *", muIds.names "Bill"'],
    [{ names: ["Sales *"], except: ["Sales*"] }, "no entity of this login matches its muIds"],
  ])("is named when %j comes to nothing", (muIds, detail) => {
    const resolved = resolveEntities(buildExport({ select: { muIds } }), ENTITIES);
    expect(resolved).toEqual({ ok: false, error: { reason: "nothing-selected", exportName: "schedules", detail } });
  });
});
