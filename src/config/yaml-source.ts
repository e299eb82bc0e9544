import { type Document, type ErrorCode, LineCounter, type Node, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { err, ok, type Result } from "../core/result.ts";
import { describeMistake } from "./yaml-mistakes.ts";
import { type Finding, removeBadNodes, pathOfKeyAt } from "./yaml-nodes.ts";

interface Position {
  readonly line: number;
  readonly column: number;
}

type Path = readonly (string | number)[];

/** A mistake in the writing itself; `path` is empty where there is none yet. */
export interface SyntaxProblem extends Position {
  readonly path: Path;
  readonly message: string;
}

export interface YamlSource {
  /** Plain data. Where a key is given twice, the last one counts. */
  readonly value: unknown;
  /** Keys given twice, aliases without an anchor and such, which leave the rest readable. */
  readonly problems: readonly SyntaxProblem[];
  /** Where the value at `path` is written, or its key; for what is missing, the nearest key above it. */
  locate(path: Path, part: "key" | "value"): Position;
}

/** More than this many copies made by aliases is an attack or a mistake. */
const MAX_ALIAS_COUNT = 100;

/** Reads YAML 1.2. Fails with all mistakes that make the text unreadable. */
export function parseYaml(text: string): Result<YamlSource, SyntaxProblem[]> {
  const lines = new LineCounter();
  // Its pretty errors quote the lines around, and its warnings go to standard error.
  const options = { lineCounter: lines, prettyErrors: false, logLevel: "error", version: "1.2", schema: "core" } as const;
  const document = parseDocument(text, options);
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistakes = [...document.errors, ...document.warnings].map(({ code, pos }) => ({ code, offset: pos[0] }));
  const problems = withoutEchoes(mistakes).map(({ code, offset }) => {
    const path = code === "DUPLICATE_KEY" ? pathOfKeyAt(document, offset) : [];
    return { ...at(offset), path, message: describeMistake(code) };
  });
  if (mistakes.some(({ code }) => code !== "DUPLICATE_KEY")) return err(firstOfEachLine(problems));
  const bad = removeBadNodes(document).map(({ offset, path, message }: Finding) => ({ ...at(offset), path, message }));
  const value = toPlain(document);
  if (!value.ok) return err([...problems, ...bad, { line: 1, column: 1, path: [], message: value.error }]);
  return ok({ value: value.value, problems: [...problems, ...bad], locate: (path, part) => at(findOffset(document, path, part)) });
}

interface Mistake {
  readonly code: ErrorCode;
  readonly offset: number;
}

/** Once the indentation is lost, every line below looks wrong: only more of the same says anything then. */
function withoutEchoes(mistakes: readonly Mistake[]): Mistake[] {
  const sorted = mistakes.toSorted((a, b) => a.offset - b.offset);
  const first = sorted.find(({ code }) => code === "TAB_AS_INDENT" || code === "BAD_INDENT");
  return sorted.filter(({ code, offset }) => !first || offset <= first.offset || code === first.code);
}

/** One slip makes the parser stumble several times over one line; its first finding is the telling one. */
function firstOfEachLine(problems: readonly SyntaxProblem[]): SyntaxProblem[] {
  const seen = new Set<number>();
  return problems.filter(({ line }) => !seen.has(line) && seen.add(line));
}

function toPlain(document: Document.Parsed): Result<unknown, string> {
  try {
    return ok(document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }));
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return err(`its aliases (*name) make more than ${MAX_ALIAS_COUNT} copies; write the values out`);
  }
}

function findOffset(document: Document.Parsed, path: Path, part: "key" | "value"): number {
  let node: unknown = document.contents;
  let above = startOf(node) ?? 0;
  for (const segment of path) {
    const collection = isAlias(node) ? node.resolve(document) : node;
    if (isMap(collection)) {
      const pair = collection.items.findLast(({ key }) => isScalar(key) && String(key.value) === segment);
      if (!pair) return above;
      above = startOf(pair.key) ?? above;
      node = pair.value;
    } else if (isSeq(collection) && typeof segment === "number") {
      node = collection.items[segment];
      above = startOf(node) ?? above;
    } else {
      return above;
    }
  }
  return part === "key" || !isOnKeysLine(node) ? above : (startOf(node) ?? above);
}

/** A value that begins below its key, or that is not written at all, is best found by its key. */
function isOnKeysLine(node: unknown): boolean {
  if (isScalar(node)) return node.range !== null && node.range !== undefined && node.range[0] < node.range[1];
  return isAlias(node) || ((isMap(node) || isSeq(node)) && node.flow === true);
}

function startOf(node: unknown): number | null {
  return isNode(node) ? ((node as Node).range?.[0] ?? null) : null;
}
