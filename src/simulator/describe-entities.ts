import type { Entity, EntityKind } from "../core/exports/entity.ts";
import type { ActiveFaults } from "./active-faults.ts";

const TITLES: Readonly<Record<EntityKind, string>> = {
  mu: "Management Unit",
  ct: "Contact Type",
  bu: "Business Unit",
  eg: "Enterprise Group",
};

/** The vendor documents neither the shape of the list nor its members. A client must accept each of these forms. */
export function describeEntities(entities: readonly Entity[], faults: ActiveFaults): unknown {
  const names = faults.get("entity-names")?.word ?? "plain";
  const list = entities.map((entity) => describeEntity(entity, names));
  switch (faults.get("entities.wrapped")?.word) {
    case "entities":
      return { entities: list };
    case "nested":
      return { total: list.length, data: { items: list } };
    case "kinds":
      return Object.fromEntries(
        [...new Set(entities.map(({ kind }) => kind))].map((kind) => [
          `${kind}List`,
          list.filter((_, index) => entities[index]?.kind === kind),
        ]),
      );
    default:
      return list;
  }
}

function describeEntity({ kind, id, name }: Entity, names: string): Readonly<Record<string, unknown>> {
  switch (names) {
    case "long":
      return { entityId: String(id), entityName: name, entityKind: TITLES[kind], entityStatus: "ADD" };
    case "prefixed":
      return { [`${kind}Id`]: id, [`${kind}Name`]: name, status: "ADD" };
    case "untyped":
      return { id, name, status: "ADD" };
    default:
      return { entityType: kind, id, name, status: "ADD" };
  }
}
