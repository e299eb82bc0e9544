import type { EntityKind } from "../core/exports/entity.ts";
import { normalizeName } from "./json-members.ts";

const KINDS: readonly (readonly [EntityKind, RegExp])[] = [
  ["mu", /^(mu|managementunit)(s|es|list|array|ids?|entity|entities|items?)?$/],
  ["ct", /^(ct|contacttype)(s|es|list|array|ids?|entity|entities|items?)?$/],
  ["eg", /^(eg|enterprisegroup)(s|es|list|array|ids?|entity|entities|items?)?$/],
  ["bu", /^(bu|businessunit)(s|es|list|array|ids?|entity|entities|items?)?$/],
];

/** The kind of entity that a type or a member's name stands for: `mu`, `MUs`, `muList`, `Management Unit`. */
export function parseKindWord(word: unknown): EntityKind | null {
  if (typeof word !== "string") return null;
  const plain = normalizeName(word);
  return KINDS.find(([, pattern]) => pattern.test(plain))?.[0] ?? null;
}

/** Active entities have the status `ADD`. The vendor implies a status for deleted entities, but does not document its spelling. */
export function isDeletion(word: unknown): boolean {
  return typeof word === "string" && /^(d|del|deleted?|removed?|deactivated?|inactive)$/i.test(word.trim());
}
