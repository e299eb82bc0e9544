import type { EntitySelection } from "./export-definition.ts";

/** Kinds of WFM entities, by the vendor's own short names. */
export type EntityKind = "ct" | "mu" | "eg" | "bu";

/** Something a login may view in WFM. */
export interface Entity {
  readonly kind: EntityKind;
  readonly id: number;
  readonly name: string;
}

/** The ids of one kind that a selection means, ascending and without repeats. */
export function resolveSelection(selection: EntitySelection, kind: EntityKind, entities: readonly Entity[]): number[] {
  return [...new Set(selectIds(selection, kind, entities))].sort((a, b) => a - b);
}

function selectIds(selection: EntitySelection, kind: EntityKind, entities: readonly Entity[]): readonly number[] {
  const permitted = entities.filter((entity) => entity.kind === kind);
  if (selection === "all") return permitted.map((entity) => entity.id);
  if (!("names" in selection)) return selection;
  const patterns = selection.names.map(toPattern);
  return permitted.filter((entity) => patterns.some((pattern) => pattern.test(entity.name))).map((entity) => entity.id);
}

/** `*` stands for any characters; everything else for itself, in either case. */
function toPattern(glob: string): RegExp {
  const body = glob
    .split("*")
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${body}$`, "iu");
}
