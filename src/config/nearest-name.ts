/** The known name that the user most likely meant by `word`, or `null` if none is close. Case is ignored. */
export function nearestName(word: string, known: readonly string[]): string | null {
  const typed = word.toLowerCase();
  let nearest: string | null = null;
  let smallest = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(typed, name.toLowerCase());
    if (distance < smallest) [nearest, smallest] = [name, distance];
  }
  return nearest;
}

/** The second half of a message about an unknown name: the closest known name, or all known names. */
export function suggestName(word: string, known: readonly string[]): string {
  const nearest = nearestName(word, known);
  if (nearest !== null) return `did you mean ${nearest}?`;
  if (known.length === 0) return "none is defined";
  return known.length === 1 ? `use ${known[0]}` : `use one of ${known.join(", ")}`;
}

/** Counts insertions, deletions, substitutions, and swaps of adjacent characters. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (isSame ? 0 : 1),
        isSwap ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
