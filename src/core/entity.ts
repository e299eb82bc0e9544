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
  if (isIdList(selection)) return selection;
  const permitted = entities.filter((entity) => entity.kind === kind);
  if (selection === "all") return permitted.map((entity) => entity.id);
  const wanted = (selection.names ?? ["*"]).map(toMatcher);
  const excepted = (selection.except ?? []).map(toMatcher);
  const matches = (entity: Entity, matchers: readonly Matcher[]) => matchers.some((isMeant) => isMeant(entity));
  return permitted.filter((entity) => matches(entity, wanted) && !matches(entity, excepted)).map((entity) => entity.id);
}

/** The names and ids of a selection that no entity of this kind has, each after the key that it stands under. */
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

/** `*` stands for any characters; everything else for itself, in either case. */
function toPattern(glob: string): RegExp {
  const body = glob
    .split(/\*+/)
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${body}$`, "isu");
}
