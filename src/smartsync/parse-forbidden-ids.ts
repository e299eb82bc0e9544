const PHRASE = /insufficient permissions? to view entit/i;
const BARE_LIST = /^[\s\d,;:[\](){}'"]*\d[\s\d,;:[\](){}'"]*$/;

/** Whether the server refuses a request because of entities that the login may not view. The rest of its sentence is not documented. */
export function saysForbidden(details: readonly string[]): boolean {
  return details.some((detail) => PHRASE.test(detail));
}

/** The ids named with the refusal: in the sentence itself, or in lists of digits beside it. Ascending, without repeats. */
export function parseForbiddenIds(details: readonly string[]): number[] {
  const ids = details
    .filter((detail) => PHRASE.test(detail) || BARE_LIST.test(detail))
    .flatMap((detail) => detail.match(/(?<![A-Za-z0-9_.-])\d{1,15}(?![A-Za-z0-9_]|\.\d)/g) ?? [])
    .map(Number);
  return [...new Set(ids)].sort((a, b) => a - b);
}
