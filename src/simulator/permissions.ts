import type { ActiveFaults } from "./active-faults.ts";
import { type DataShape, TIME_OFF_GROUPS } from "./data-shape.ts";
import type { Permissions } from "./validate-request.ts";

/** Ids of any kind that the login may not view. */
export function forbiddenIds(faults: ActiveFaults): ReadonlySet<number> {
  const word = faults.get("forbidden")?.word ?? "";
  return new Set(word.split("+").filter(Boolean).map(Number));
}

export function permissionsOf(shape: DataShape, faults: ActiveFaults): Permissions {
  const forbidden = forbiddenIds(faults);
  return {
    viewable: (kind, id) => {
      if (forbidden.has(id)) return false;
      return kind === "time-off" ? TIME_OFF_GROUPS.includes(id) : shape.entities.some((entity) => entity.kind === kind && entity.id === id);
    },
    hasDefaultAttribute: !faults.has("no-default-attribute"),
  };
}
