import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Entity, findUnmatched, resolveSelection } from "../../../src/core/exports/entity.ts";
import type { EntitySelection } from "../../../src/core/exports/export-definition.ts";

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
  ])("%j matches %j", (selection, ids) => {
    expect(resolveSelection(selection, "mu", ENTITIES)).toEqual(ids);
  });

  const names = fc.stringMatching(/^[ab* ]{0,4}$/);
  const entities = fc.uniqueArray(
    fc.record({ kind: fc.constantFrom("mu" as const, "ct" as const), id: fc.integer({ min: 1, max: 30 }), name: names }),
    { selector: ({ kind, id }) => `${kind} ${id}` },
  );
  const patterns = fc.array(names, { minLength: 1, maxLength: 3 });

  it("never matches what it excludes, and otherwise matches exactly what its names alone match", () => {
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

  it("reports a name exactly when the name alone matches nothing", () => {
    fc.assert(
      fc.property(entities, names, (all, name) => {
        const unmatched = resolveSelection({ names: [name] }, "mu", all).length === 0;
        expect(findUnmatched({ names: [name] }, "mu", all)).toEqual(unmatched ? [`names ${JSON.stringify(name)}`] : []);
        expect(findUnmatched({ except: [name] }, "mu", all)).toEqual(unmatched ? [`except ${JSON.stringify(name)}`] : []);
      }),
    );
  });

  it("reports the names and ids that match nothing, each with its key", () => {
    const selection = { names: ["Sales *", "Salez *"], except: ["Tests", 103, 900, 201] };
    expect(findUnmatched(selection, "mu", ENTITIES)).toEqual(['names "Salez *"', 'except "Tests"', "except 900", "except 201"]);
  });

  it.each<EntitySelection>(["all", [900], {}])("reports nothing when it names nothing: %j", (selection) => {
    expect(findUnmatched(selection, "mu", ENTITIES)).toEqual([]);
  });

  it("matches everything without names and exclusions", () => {
    expect(resolveSelection({}, "mu", ENTITIES)).toEqual(resolveSelection("all", "mu", ENTITIES));
  });
});
