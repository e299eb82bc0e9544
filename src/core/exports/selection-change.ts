import type { ResolvedSelection } from "./export-request.ts";

const MEMBERS = ["muIds", "buIds", "ctIds"] as const;

type Ids = Readonly<Partial<Record<(typeof MEMBERS)[number], readonly number[]>>>;

/** How the entities of a run differ from those of the previous run. */
export interface SelectionChange {
  readonly added: Ids;
  readonly removed: Ids;
}

/** `null` when the entities are the same. */
export function compareSelections(before: ResolvedSelection, after: ResolvedSelection): SelectionChange | null {
  const added = idsOnlyIn(after, before);
  const removed = idsOnlyIn(before, after);
  return Object.keys(added).length === 0 && Object.keys(removed).length === 0 ? null : { added, removed };
}

function idsOnlyIn(one: ResolvedSelection, other: ResolvedSelection): Ids {
  const found: Partial<Record<(typeof MEMBERS)[number], readonly number[]>> = {};
  for (const member of MEMBERS) {
    const known = new Set(other[member] ?? []);
    const ids = (one[member] ?? []).filter((id) => !known.has(id));
    if (ids.length > 0) found[member] = ids;
  }
  return found;
}

/** In words, for a log line or a terminal: `muIds: 104, 105 added; muIds: 103 gone`. */
export function describeSelectionChange({ added, removed }: SelectionChange): string {
  return [...describe(added, "added"), ...describe(removed, "gone")].join("; ");
}

function describe(ids: Ids, word: string): string[] {
  return Object.entries(ids).map(([member, list]) => `${member}: ${list.join(", ")} ${word}`);
}
