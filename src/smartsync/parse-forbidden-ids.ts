const PHRASE = /insufficient permissions? to view entit/i;

/** Words that say what kind of thing an id is, and what only holds a list together. */
const LABEL = String.raw`(?:mu|bu|ct|eg|entity|entities|entity_?ids?|(?:mu|bu|ct|eg)s|(?:mu|bu|ct|eg)_?ids?|ids?|and|type|time_?off_?groups?)`;
const LABELS = new RegExp(String.raw`\b${LABEL}\b`, "gi");

/** `MU101`, `mu_101`, `MU-101`: the label is told apart, so that the id stands alone. */
const STUCK_LABEL = new RegExp(String.raw`(?<![A-Za-z0-9])${LABEL}[_#-]?(?=\d)`, "gi");

/** A list of ids beside the sentence: digits, labels and punctuation. */
const BETWEEN_IDS = /^[\s\d,;:|/&#=[\](){}'"-]*$/;

const ID = /(?<![A-Za-z0-9_.-])\d{1,15}(?![A-Za-z0-9_]|\.\d|-\d)/g;

/** Names of entities hold digits of their own: `"Sales 2"`, `101 (Sales 2)`. */
const QUOTED = /"[^"]*"|(?<![A-Za-z0-9])'[^']*'(?![A-Za-z0-9])|\([^()]*\)/g;

/** How many there are, before the list: `entities (2): 101, 102`. */
const COUNT = /\(\d+\)(?=\s*:)/g;

const MOMENT = /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b/g;

/** Whether the server refuses a request because of entities that the login may not view. The rest of its sentence is not documented. */
export function saysForbidden(details: readonly string[]): boolean {
  return details.some((detail) => PHRASE.test(detail));
}

/** The ids named with the refusal: in the sentence itself, or in lists beside it. Ascending, without repeats. */
export function parseForbiddenIds(details: readonly string[]): number[] {
  const ids = details.filter((detail) => PHRASE.test(detail) || isIdList(detail)).flatMap((detail) => withoutNames(detail).match(ID) ?? []);
  return [...new Set(ids.map(Number))].sort((a, b) => a - b);
}

function isIdList(text: string): boolean {
  return /\d/.test(text) && isOnlyIds(text);
}

function isOnlyIds(text: string): boolean {
  return BETWEEN_IDS.test(text.replace(STUCK_LABEL, " ").replace(LABELS, " "));
}

function withoutNames(sentence: string): string {
  return sentence
    .replace(COUNT, " ")
    .replace(MOMENT, " ")
    .replace(QUOTED, (quoted) => (isOnlyIds(quoted) ? quoted : " "))
    .replace(STUCK_LABEL, " ");
}
