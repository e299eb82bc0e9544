interface Line {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly outcome: string;
}

/** Everything that happened, in order. Two simulations with one hash did the same. */
export interface Trace {
  note(line: Line): void;
  hash(): string;
  count(): number;
  /** The latest lines, oldest first, as texts. */
  lines(): readonly string[];
}

/** `onLine` is told every line as it comes; without it only the latest `keep` are remembered. */
export function createTrace({ keep, onLine = null }: { readonly keep: number; readonly onLine?: ((text: string) => void) | null }): Trace {
  const latest: Line[] = [];
  let noted = 0;
  let hash = 0x811c9dc5;
  const mix = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193) >>> 0;
  };
  return {
    note: (line) => {
      mix(line.at % 0x7fff_ffff);
      for (const text of [line.who, line.what, line.outcome]) mix(hashText(text));
      latest[noted % keep] = line;
      noted += 1;
      onLine?.(describe(line));
    },
    hash: () => hash.toString(16).padStart(8, "0"),
    count: () => noted,
    lines: () => [...latest.slice(noted % keep), ...latest.slice(0, noted % keep)].map(describe),
  };
}

const known = new Map<string, number>();
const MOST_KNOWN = 10_000;

function hashText(text: string): number {
  const before = known.get(text);
  if (before !== undefined) return before;
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, hash);
  return hash;
}

function describe({ at, who, what, outcome }: Line): string {
  return `${new Date(at).toISOString()} ${who.padEnd(5)} ${what}${outcome === "" ? "" : `: ${outcome}`}`;
}
