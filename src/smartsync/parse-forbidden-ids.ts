const PHRASE = /insufficient permissions? to view entit/i;

/** Words that name the kind of an id, and words that join a list. */
const LABEL = String.raw`(?:mu|bu|ct|eg|entity|entities|entity_?ids?|(?:mu|bu|ct|eg)s|(?:mu|bu|ct|eg)_?ids?|ids?|and|type|time_?off_?groups?)`;
const LABELS = new RegExp(String.raw`\b${LABEL}\b`, "gi");

/** The label of `MU101`, `mu_101` or `MU-101`, which has to be removed before the id can be recognized. */
const ATTACHED_LABEL = new RegExp(String.raw`(?<![A-Za-z0-9])${LABEL}[_#-]?(?=\d)`, "gi");

/** What a list of ids consists of once its labels are removed: digits and punctuation. */
const IDS_AND_PUNCTUATION = /^[\s\d,;:|/&#=[\](){}'"-]*$/;

const ID = /(?<![A-Za-z0-9_.-])\d{1,15}(?![A-Za-z0-9_]|\.\d|-\d)/g;

/** Names of entities, which may contain digits: `"Sales 2"`, `101 (Sales 2)`. */
const QUOTED = /"[^"]*"|(?<![A-Za-z0-9])'[^']*'(?![A-Za-z0-9])|\([^()]*\)/g;

/** The number of ids, stated before the list: `entities (2): 101, 102`. */
const COUNT = /\(\d+\)(?=\s*:)/g;

const DATE_OR_TIME = /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b/g;

/**
 * Whether WFM rejected a request because the login may not view some of its entities. The vendor documents only the start of the sentence.
 */
export function isPermissionError(details: readonly string[]): boolean {
  return details.some((detail) => PHRASE.test(detail));
}

/** The ids of entities that the login may not view, from the sentence or from a separate list. Ascending, without duplicates. */
export function parseForbiddenIds(details: readonly string[]): number[] {
  const ids = details.filter((detail) => PHRASE.test(detail) || isIdList(detail)).flatMap((detail) => withoutNames(detail).match(ID) ?? []);
  return [...new Set(ids.map(Number))].sort((a, b) => a - b);
}

function isIdList(text: string): boolean {
  return /\d/.test(text) && isOnlyIds(text);
}

function isOnlyIds(text: string): boolean {
  return IDS_AND_PUNCTUATION.test(text.replace(ATTACHED_LABEL, " ").replace(LABELS, " "));
}

function withoutNames(sentence: string): string {
  return sentence
    .replace(COUNT, " ")
    .replace(DATE_OR_TIME, " ")
    .replace(QUOTED, (quoted) => (isOnlyIds(quoted) ? quoted : " "))
    .replace(ATTACHED_LABEL, " ");
}
