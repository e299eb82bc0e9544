import type { Entity, EntityKind } from "../core/exports/entity.ts";
import { isDeletion, parseKindWord } from "./entity-words.ts";
import { hasErrorShape } from "./parse-error-body.ts";
import { firstMember, isRecord, membersOf, toCount, toText, type JsonRecord } from "./json-members.ts";

export interface ParsedEntities {
  readonly entities: readonly Entity[];
  /** How many entries have an id but no recognizable kind. Requesting one kind at a time resolves them. */
  readonly untyped: number;
}

const MAX_DEPTH = 6;
/** Most specific first, because the record of a management unit may also name its business unit. */
const KIND_ORDER: readonly EntityKind[] = ["ct", "mu", "eg", "bu"];
const LONG_NAMES: Readonly<Record<EntityKind, string>> = {
  ct: "contacttype",
  mu: "managementunit",
  eg: "enterprisegroup",
  bu: "businessunit",
};

/**
 * Finds the entities in a response whose shape the vendor does not document: a bare array, arrays under any member, or one array per kind.
 * `requested` is the kind of every entry that does not state its own. Deleted entities are left out. Returns `null` if there is no list of
 * entities.
 */
export function parseEntities(value: unknown, requested: EntityKind | null): ParsedEntities | null {
  const found: Found = { entities: new Map(), untyped: 0, deleted: 0, lists: 0, entries: 0 };
  walk(value, requested, 0, found);
  const recognized = found.entities.size + found.untyped + found.deleted;
  const isList = found.lists > 0 && (recognized > 0 || found.entries === 0);
  return isList || found.entities.size > 0 ? { entities: [...found.entities.values()], untyped: found.untyped } : null;
}

interface Found {
  readonly entities: Map<string, Entity>;
  untyped: number;
  deleted: number;
  lists: number;
  entries: number;
}

function walk(value: unknown, hint: EntityKind | null, depth: number, found: Found): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    found.lists += 1;
    found.entries += value.length;
    for (const entry of value as unknown[]) {
      if (isRecord(entry)) walk(entry, hint, depth + 1, found);
      else addBareId(entry, hint, found);
    }
    return;
  }
  if (!isRecord(value) || hasErrorShape(value)) return;
  const isEntity = addEntity(value, hint, found);
  for (const [name, member] of Object.entries(value)) {
    // An object inside an entity is something it refers to, such as its parent or its time zone. Only a list inside it holds more entities.
    if (Array.isArray(member) || (!isEntity && isRecord(member)))
      walk(member, parseKindWord(name) ?? (isEntity ? null : hint), depth + 1, found);
  }
}

function addBareId(value: unknown, kind: EntityKind | null, found: Found): void {
  const id = toCount(value);
  if (id !== null && kind) add({ kind, id, name: String(id) }, found);
}

function addEntity(record: JsonRecord, hint: EntityKind | null, found: Found): boolean {
  const members = membersOf(record);
  const stated = parseKindWord(members.get("type")) ?? parseKindWord(firstMember(members, ["entitytype", "kind", "entitykind"]));
  const kind = stated ?? hint ?? KIND_ORDER.find((candidate) => idOf(members, candidate) !== null) ?? null;
  const id = (kind && idOf(members, kind)) ?? toCount(firstMember(members, ["id", "entityid"]));
  if (id === null) return false;
  if (isDeleted(members)) found.deleted += 1;
  else if (kind) add({ kind, id, name: nameOf(members, kind) ?? String(id) }, found);
  else found.untyped += 1;
  return true;
}

function add(entity: Entity, found: Found): void {
  const key = `${entity.kind} ${entity.id}`;
  if (!found.entities.has(key)) found.entities.set(key, entity);
}

function idOf(members: ReadonlyMap<string, unknown>, kind: EntityKind): number | null {
  return toCount(firstMember(members, [`${kind}id`, `${LONG_NAMES[kind]}id`, `${kind}number`]));
}

function nameOf(members: ReadonlyMap<string, unknown>, kind: EntityKind): string | null {
  const names = ["name", `${kind}name`, `${LONG_NAMES[kind]}name`, "entityname", "displayname", "description", `${kind}description`];
  return names.map((name) => toText(members.get(name))).find((name) => name !== null) ?? null;
}

function isDeleted(members: ReadonlyMap<string, unknown>): boolean {
  const words = ["status", "entitystatus", "changestatus", "changetype", "action", "operation"];
  return words.some((word) => isDeletion(members.get(word))) || members.get("deleted") === true || members.get("isdeleted") === true;
}
