import { type Document, type Pair, Scalar, isAlias, isNode, isPair, isScalar, isSeq, visit } from "yaml";

/** Something that YAML allows and a configuration cannot use. */
export interface Finding {
  readonly offset: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Finds aliases that lead nowhere or into themselves, and keys that are not texts. It empties such aliases, so that the
 * rest of the document can be looked at.
 */
export function removeBadNodes(document: Document.Parsed): Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const source = alias.resolve(document);
      const isCircle = source !== undefined && ancestors.includes(source);
      if (source && !isCircle) return undefined;
      const message = isCircle ? "this alias contains itself; write the value out" : "this alias (*name) has no anchor (&name) above it";
      findings.push({ offset: alias.range?.[0] ?? 0, path: pathTo([...ancestors, alias]), message });
      const emptied = new Scalar(null);
      emptied.range = alias.range ?? null;
      return emptied;
    },
    Pair: (_, pair, ancestors) => {
      const message = explainBadKey(pair);
      if (message !== null) findings.push({ offset: keyOffset(pair), path: pathTo([...ancestors, pair]), message });
    },
  });
  return findings;
}

function explainBadKey({ key }: Pair): string | null {
  if (isAlias(key) || !isScalar(key) || typeof key.value !== "string") return "this key is not a text; put it into quotes";
  // Objects treat this one name apart, so that nothing would be found under it.
  return key.value === "__proto__" ? "is not known here" : null;
}

/** The path of the key that is written at `offset`. */
export function pathOfKeyAt(document: Document.Parsed, offset: number): (string | number)[] {
  let path: (string | number)[] = [];
  visit(document, {
    Pair: (_, pair, ancestors) => {
      if (keyOffset(pair) !== offset) return undefined;
      path = pathTo([...ancestors, pair]);
      return visit.BREAK;
    },
  });
  return path;
}

function pathTo(nodes: readonly unknown[]): (string | number)[] {
  return nodes.flatMap((node, index): (string | number)[] => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : "?"];
    if (!isSeq(node) || index + 1 === nodes.length) return [];
    return [node.items.indexOf(nodes[index + 1])];
  });
}

function keyOffset({ key }: Pair): number {
  return isNode(key) ? (key.range?.[0] ?? 0) : 0;
}
