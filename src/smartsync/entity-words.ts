import type { EntityKind } from "../core/entity.ts";
import { plainName } from "./json-members.ts";

const KINDS: readonly (readonly [EntityKind, RegExp])[] = [
  ["mu", /^(mu|managementunit)(s|es|list|array|ids?|entity|entities|items?)?$/],
  ["ct", /^(ct|contacttype)(s|es|list|array|ids?|entity|entities|items?)?$/],
  ["eg", /^(eg|enterprisegroup)(s|es|list|array|ids?|entity|entities|items?)?$/],
  ["bu", /^(bu|businessunit)(s|es|list|array|ids?|entity|entities|items?)?$/],
];

/** Which kind a word names, as a type or as the name of a wrapper: `mu`, `MUs`, `muList`, `Management Unit`. */
export function parseKindWord(word: unknown): EntityKind | null {
  if (typeof word !== "string") return null;
  const plain = plainName(word);
  return KINDS.find(([, pattern]) => pattern.test(plain))?.[0] ?? null;
}

/** The vendor marks active entities `ADD` and hints at a status for deleted ones, whose spelling is not documented. */
export function isDeletion(word: unknown): boolean {
  return typeof word === "string" && /^(d|del|deleted?|removed?|deactivated?|inactive)$/i.test(word.trim());
}
