import type { EntitySelection } from "./export-definition.ts";

/** Kinds of WFM entities, by the vendor's abbreviations. */
export type EntityKind = "ct" | "mu" | "eg" | "bu";

/** A management unit, contact type or the like that a login may view. */
export interface Entity {
  readonly kind: EntityKind;
  readonly id: number;
  readonly name: string;
}

/** The ids of one kind that a selection matches, ascending and without duplicates. */
export function resolveSelection(selection: EntitySelection, kind: EntityKind, entities: readonly Entity[]): number[] {
  return [...new Set(selectIds(selection, kind, entities))].sort((a, b) => a - b);
}

function selectIds(selection: EntitySelection, kind: EntityKind, entities: readonly Entity[]): readonly number[] {
  if (isIdList(selection)) return selection;
  const permitted = entities.filter((entity) => entity.kind === kind);
  if (selection === "all") return permitted.map((entity) => entity.id);
  const wanted = (selection.names ?? ["*"]).map(toMatcher);
  const excepted = (selection.except ?? []).map(toMatcher);
  const matches = (entity: Entity, matchers: readonly Matcher[]) => matchers.some((isMatch) => isMatch(entity));
  return permitted.filter((entity) => matches(entity, wanted) && !matches(entity, excepted)).map((entity) => entity.id);
}

/** The names and ids of a selection that match no entity of this kind, each with the key (`names`, `except`) that lists it. */
export function findUnmatched(selection: EntitySelection, kind: EntityKind, entities: readonly Entity[]): string[] {
  if (selection === "all" || isIdList(selection)) return [];
  const permitted = entities.filter((entity) => entity.kind === kind);
  return (["names", "except"] as const).flatMap((key) => {
    const unmatched = (selection[key] ?? []).filter((one) => !permitted.some(toMatcher(one)));
    return unmatched.map((one) => `${key} ${JSON.stringify(one)}`);
  });
}

function isIdList(selection: EntitySelection): selection is readonly number[] {
  return Array.isArray(selection);
}

type Matcher = (entity: Entity) => boolean;

function toMatcher(one: string | number): Matcher {
  if (typeof one === "number") return (entity) => entity.id === one;
  const pattern = toPattern(one);
  return (entity) => pattern.test(entity.name);
}

/** `*` matches any characters, everything else matches itself. Case is ignored. */
function toPattern(glob: string): RegExp {
  const body = glob
    .split(/\*+/)
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${body}$`, "isu");
}
