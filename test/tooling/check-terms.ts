/**
 * `npm run spell`: checks the spelling of everything that people read here (code, comments, tests, pages, file names), and rejects the
 * words and phrases that docs/glossary.md replaces. It prints one line per finding, `file:line:column - what`, and fails when there is one.
 *
 * cspell checks the words. It splits identifiers at their capitals, so a forbidden word is found inside a name, too. It does not read file
 * names and knows no phrases: the names are passed to it as a text, and the phrases are searched for here.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FORBIDDEN_PHRASES } from "./forbidden-phrases.ts";

const CONFIG = fileURLToPath(new URL("cspell.json", import.meta.url));
const CSPELL = fileURLToPath(import.meta.resolve("cspell/bin.mjs"));

const DIRECTORIES = ["src", "test", "prisma", "workers", "docs"];
const FILES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "package.json"];
const EXCLUDED = [
  // These have to name the old words. A migration is never edited, and one that renames a column names the old one.
  /^docs\/glossary\.md$/,
  /^prisma\/migrations\/(?!\d+_init\/)/,
  /^test\/tooling\/(?:cspell\.json|forbidden-phrases\.ts|terms\.test\.ts)$/,
  // Not written by people, or not meant to be correct: the word lists are what cspell accepts.
  /^test\/tooling\/words(?:-in-tests)?\.txt$/,
  /^src\/postgres\/generated\//,
  /(?:^|\/)node_modules\//,
  /\.(?:pem|png|ico|gz)$/,
];

const root = parseArgs({ options: { root: { type: "string", default: process.cwd() } } }).values.root;
const paths = listPaths();
const findings = [
  ...paths.flatMap((path) => findPhrases(path, readFileSync(join(root, path), "utf8"))),
  ...paths.flatMap((path) => findPhrasesInName(path)),
  ...(await Promise.all([checkWords(["--file-list", "stdin"]), checkWords(["stdin://file-names.ts"])])).flat(),
];
const lines = [...new Set(findings)].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
process.stdout.write(lines.map((line) => `${line}\n`).join(""));
if (lines.length > 0) {
  process.stderr.write(
    `${lines.length} findings: docs/glossary.md has the terms; a correct word that is not known goes into test/tooling/words.txt\n`,
  );
  process.exitCode = 1;
}

function listPaths(): string[] {
  const inDirectories = DIRECTORIES.filter((directory) => existsSync(join(root, directory))).flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, "/")),
  );
  return [...FILES.filter((file) => existsSync(join(root, file))), ...inDirectories].filter(
    (path) => !EXCLUDED.some((one) => one.test(path)),
  );
}

/** In CHANGELOG.md, code in backticks may quote a former name. */
function findPhrases(path: string, content: string): string[] {
  const searched = path === "CHANGELOG.md" ? content.replaceAll(/`[^`\n]+`/g, (code) => " ".repeat(code.length)) : content;
  return FORBIDDEN_PHRASES.flatMap(({ pattern, instead }) =>
    [...searched.matchAll(pattern)].map((match) => {
      const before = searched.slice(0, match.index).split("\n");
      return `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1} - Forbidden phrase (${match[0].replaceAll(/\s+/g, " ")}) fix: (${instead})`;
    }),
  );
}

/** A kebab-case name is read the way its identifier would be written. */
function findPhrasesInName(path: string): string[] {
  const name = path.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return FORBIDDEN_PHRASES.flatMap(({ pattern, instead }) =>
    [...path.matchAll(pattern), ...name.matchAll(pattern)].map(() => `${path}:0:0 - Forbidden phrase in the file name, fix: (${instead})`),
  );
}

/** Runs cspell on the files, or on their names: it reads the list of paths in both cases. */
async function checkWords(input: readonly string[]): Promise<string[]> {
  const settings = [
    "--config",
    CONFIG,
    "--no-config-search",
    "--root",
    root,
    "--no-progress",
    "--no-summary",
    "--no-must-find-files",
    "--no-color",
  ];
  const checker = spawn(process.execPath, [CSPELL, "lint", ...settings, ...input], { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
  checker.stdin.end(paths.join("\n"));
  const [output, errors, [code]] = await Promise.all([text(checker.stdout), text(checker.stderr), once(checker, "exit")]);
  const found = output.split("\n").filter((line) => line.includes(" - "));
  if (code !== 0 && (found.length === 0 || errors !== "")) throw new Error(`cspell failed (exit ${code}): ${errors || output}`);
  return found.map((line) =>
    line.replace(/^file-names\.ts:(\d+):(\d+) - (Forbidden word|Unknown word)/, (_, number: string, column: string, what: string) => {
      return `${paths[Number(number) - 1]}:0:${column} - ${what} in the file name`;
    }),
  );
}
