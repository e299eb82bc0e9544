import { type Document, type Pair, Scalar, isAlias, isNode, isPair, isScalar, isSeq, visit } from "yaml";

/** A construct that YAML allows and the configuration does not. */
export interface Finding {
  readonly offset: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Finds aliases without an anchor, aliases that contain themselves, and keys that are not strings. Replaces such aliases with null, so
 * that the rest of the document can still be read.
 */
export function removeBadNodes(document: Document.Parsed): Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const source = alias.resolve(document);
      const isCircular = source !== undefined && ancestors.includes(source);
      if (source && !isCircular) return undefined;
      const message = isCircular
        ? "this alias contains itself; write out the value"
        : "this alias (*name) has no anchor (&name) above it; add the anchor or write out the value";
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
  if (isAlias(key) || !isScalar(key) || typeof key.value !== "string") return "this key is not a string; put it in quotes";
  // On a JavaScript object this name sets the prototype, so the entry would disappear.
  return key.value === "__proto__" ? "cannot be used as a key; remove it" : null;
}

/** The path of the key at `offset` in the text. */
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
