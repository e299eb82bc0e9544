import { type Document, type ErrorCode, LineCounter, type Node, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { err, ok, type Result } from "../core/base/result.ts";
import { describeYamlError } from "./yaml-errors.ts";
import { type Finding, removeBadNodes, pathOfKeyAt } from "./yaml-nodes.ts";

interface Position {
  readonly line: number;
  readonly column: number;
}

type Path = readonly (string | number)[];

/** A YAML error. `path` is empty if the error prevents the parser from knowing it. */
export interface SyntaxProblem extends Position {
  readonly path: Path;
  readonly message: string;
}

export interface YamlSource {
  /** Plain data. The last of several equal keys wins. */
  readonly value: unknown;
  /** Problems that leave the rest readable, such as duplicate keys and aliases without an anchor. */
  readonly problems: readonly SyntaxProblem[];
  /** The position of the value at `path`, or of its key. For a missing value, the position of the nearest key above it. */
  locate(path: Path, part: "key" | "value"): Position;
}

/** Protects against aliases that multiply exponentially ("billion laughs"). */
const MAX_ALIAS_COUNT = 100;

/** Parses YAML 1.2. The error lists everything that makes the text unreadable. */
export function parseYaml(text: string): Result<YamlSource, SyntaxProblem[]> {
  const lines = new LineCounter();
  // Pretty errors quote lines of the file, which may contain secrets, and warnings go to standard error.
  const options = { lineCounter: lines, prettyErrors: false, logLevel: "error", version: "1.2", schema: "core" } as const;
  const document = parseDocument(text, options);
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const errors = [...document.errors, ...document.warnings].map(({ code, pos }) => ({ code, offset: pos[0] }));
  const problems = dropFollowUpErrors(errors).map(({ code, offset }) => {
    const path = code === "DUPLICATE_KEY" ? pathOfKeyAt(document, offset) : [];
    return { ...at(offset), path, message: describeYamlError(code) };
  });
  if (errors.some(({ code }) => code !== "DUPLICATE_KEY")) return err(firstOfEachLine(problems));
  const bad = removeBadNodes(document).map(({ offset, path, message }: Finding) => ({ ...at(offset), path, message }));
  const value = toPlain(document);
  if (!value.ok) return err([...problems, ...bad, { line: 1, column: 1, path: [], message: value.error }]);
  return ok({ value: value.value, problems: [...problems, ...bad], locate: (path, part) => at(findOffset(document, path, part)) });
}

interface YamlError {
  readonly code: ErrorCode;
  readonly offset: number;
}

/** After a wrong indentation the parser reports errors on many lines below. Only further errors of the same kind are independent of it. */
function dropFollowUpErrors(errors: readonly YamlError[]): YamlError[] {
  const sorted = errors.toSorted((a, b) => a.offset - b.offset);
  const first = sorted.find(({ code }) => code === "TAB_AS_INDENT" || code === "BAD_INDENT");
  return sorted.filter(({ code, offset }) => !first || offset <= first.offset || code === first.code);
}

/** The parser often reports several errors for one line. The first one names the cause. */
function firstOfEachLine(problems: readonly SyntaxProblem[]): SyntaxProblem[] {
  const seen = new Set<number>();
  return problems.filter(({ line }) => !seen.has(line) && seen.add(line));
}

function toPlain(document: Document.Parsed): Result<unknown, string> {
  try {
    return ok(document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }));
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return err(`aliases (*name) make more than ${MAX_ALIAS_COUNT} copies; write out the values`);
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
  return part === "key" || !startsOnKeyLine(node) ? above : (startOf(node) ?? above);
}

/** A value that begins below its key, or that is empty, is easier to find by its key. */
function startsOnKeyLine(node: unknown): boolean {
  if (isScalar(node)) return node.range !== null && node.range !== undefined && node.range[0] < node.range[1];
  return isAlias(node) || ((isMap(node) || isSeq(node)) && node.flow === true);
}

function startOf(node: unknown): number | null {
  return isNode(node) ? ((node as Node).range?.[0] ?? null) : null;
}
