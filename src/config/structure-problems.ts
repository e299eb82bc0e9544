import type { z } from "zod";
import { configSchema } from "./config-schema.ts";
import { nearestName } from "./nearest-name.ts";
import { type Report, formatPath } from "./problem.ts";

type Issue = z.core.$ZodIssue;

interface Finding {
  readonly kind: "unknown-key" | "missing-key" | "value";
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Reports everything that the schema finds: unknown keys, missing keys, wrong types and malformed values. */
export function reportStructure(value: unknown, report: Report): void {
  const findings = (configSchema.safeParse(value).error?.issues ?? []).flatMap((issue) => flatten(issue, value, []));
  const unknown = findings.filter(({ kind }) => kind === "unknown-key");
  for (const finding of findings) {
    if (finding.kind === "missing-key" && unknown.some(({ path }) => isMisspelling(path, finding.path))) continue;
    report(finding.path, finding.message, finding.kind === "unknown-key" ? "key" : "value");
  }
}

/** The misspelled key is reported already, so reporting the missing one too would only repeat the problem. */
function isMisspelling(unknown: Finding["path"], missing: Finding["path"]): boolean {
  const isBeside = formatPath(unknown.slice(0, -1)) === formatPath(missing.slice(0, -1));
  return isBeside && nearestName(String(unknown.at(-1)), [String(missing.at(-1))]) !== null;
}

function flatten(issue: Issue, value: unknown, above: readonly (string | number)[]): Finding[] {
  const path = [...above, ...issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment))];
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, index) => ({ kind: "unknown-key", path: [...path, key], message: messages[index] ?? issue.message }));
  }
  const intended = issue.code === "invalid_union" ? intendedBranch(issue.errors) : null;
  if (intended) return intended.flatMap((inner) => flatten(inner, value, path));
  return [{ kind: isMissing(value, path) ? "missing-key" : "value", path, message: issue.message }];
}

/** The alternative that the user most likely meant: the only one whose outer type matches. Its problems are then reported in detail. */
function intendedBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const matching = branches.filter((issues) => issues.every(({ code, path }) => path.length > 0 || isAboutContents(code)));
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

function isAboutContents(code: Issue["code"]): boolean {
  return code === "unrecognized_keys" || code === "too_small";
}

function isMissing(value: unknown, path: Finding["path"]): boolean {
  let current = value;
  for (const segment of path) {
    if (typeof current !== "object" || current === null) return false;
    current = (current as Readonly<Record<string | number, unknown>>)[segment];
  }
  return current === undefined;
}
