import { dirname, resolve } from "node:path";
import { EXPORTERS, findExporter } from "../core/exporters/built-in-exporters.ts";
import { type Result, err, ok } from "../core/base/result.ts";
import type { AppConfig } from "./app-config.ts";
import { configSchema } from "./config-schema.ts";
import { NAME, entriesOf, isMapping, parseFields } from "./schema-helpers.ts";
import { type ConfigProblem, type Report, comparePositions, isSamePlace, reportBelow } from "./problem.ts";
import { resolveAlerts } from "./resolve-alerts.ts";
import { resolveConnections } from "./resolve-connections.ts";
import { resolveDestinations } from "./resolve-destinations.ts";
import { resolveExporters } from "./resolve-exporters.ts";
import { type References, resolveExports } from "./resolve-exports.ts";
import type { SecretSources } from "./secret-reference.ts";
import { reportStructure } from "./structure-problems.ts";
import { type SyntaxProblem, type YamlSource, parseYaml } from "./yaml-source.ts";

export interface ConfigInput extends Pick<SecretSources, "variable" | "readSecretFile"> {
  /** The path of the file, as problems show it. Relative paths in the file start at its directory. */
  readonly file: string;
  readonly text: string;
}

const MAX_CHARACTERS = 1_000_000;

interface Reading {
  /** The valid entries only. `null`: the text is not YAML. */
  readonly config: AppConfig | null;
  /** In the order of the file. */
  readonly problems: ConfigProblem[];
}

/** Reads the configuration, or returns all its problems at once, in the order of the file. */
export function loadConfig(input: ConfigInput): Result<AppConfig, ConfigProblem[]> {
  const { config, problems } = readText(input);
  return config === null || problems.length > 0 ? err(problems) : ok(config);
}

/** Reads only the exporters that the file adds to the built-in ones. Problems elsewhere are ignored, and no secret is read. */
export function loadExporters(file: string, text: string): Result<AppConfig["exporters"], ConfigProblem[]> {
  const noSecrets = { variable: () => undefined, readSecretFile: () => err("secrets are not read here") };
  const { config, problems } = readText({ file, text, ...noSecrets });
  if (config === null) return err(problems);
  const ofExporters = problems.filter(({ path }) => path[0] === "exporters");
  return ofExporters.length > 0 ? err(ofExporters) : ok(config.exporters);
}

function readText(input: ConfigInput): Reading {
  const { file, text } = input;
  if (text.length > MAX_CHARACTERS) {
    const message = "is longer than a million characters; check that this is the configuration file";
    return { config: null, problems: [{ file, line: 0, column: 0, path: [], message }] };
  }
  const source = parseYaml(text);
  const syntaxProblems = (source.ok ? source.value.problems : source.error).map((problem) => toProblem(file, problem));
  if (!source.ok) return { config: null, problems: syntaxProblems.sort(comparePositions) };
  const problems = [...syntaxProblems];
  const config = resolveAll(input, source.value, (path, message, part = "value") => {
    const problem = toProblem(file, { ...source.value.locate(path, part), path, message });
    // A value with a syntax error is usually invalid as well. The syntax error is the cause, so it is the only one to report.
    if (!problems.some((known) => isSamePlace(known, problem))) problems.push(problem);
  });
  return { config, problems: problems.sort(comparePositions) };
}

function resolveAll(input: ConfigInput, { value }: YamlSource, report: Report): AppConfig {
  reportStructure(value, report);
  const top = isMapping(value) ? value : {};
  for (const kind of ["connections", "destinations", "exporters", "exports"] as const) reportNames(top[kind], reportBelow(report, [kind]));
  const resolvePath = (path: string) => resolve(dirname(input.file), path);
  // An invalid value is reported already. Assume true, so that literal passwords do not add problems that follow from it.
  const allowLiteralSecrets = parseFields(configSchema, top).allowLiteralSecrets ?? true;
  const { variable, readSecretFile } = input;
  const context = { variable, readSecretFile, resolvePath, allowLiteralSecrets };
  const connections = resolveConnections(top["connections"], context, reportBelow(report, ["connections"]));
  const destinations = resolveDestinations(top["destinations"], resolvePath, reportBelow(report, ["destinations"]));
  const exporters = resolveExporters(top["exporters"], reportBelow(report, ["exporters"]));
  const references: References = {
    connections: isMapping(top["connections"]) ? Object.keys(top["connections"]) : null,
    destinations: isMapping(top["destinations"]) ? Object.keys(top["destinations"]) : null,
    exporters: slugsIn(top["exporters"]),
    findExporter: (slug) => findExporter(slug) ?? exporters.get(slug) ?? null,
    timeZoneOf: (connection) => connections.get(connection)?.definition.timeZone,
  };
  const exports = resolveExports(top["exports"], references, reportBelow(report, ["exports"]));
  const alerts = resolveAlerts(top["alerts"], context, reportBelow(report, ["alerts"]));
  return { file: input.file, connections, destinations, exporters, exports, alerts };
}

/** The slugs that exports may name. `null`: `exporters` of the file is invalid, so the slugs are not known. */
function slugsIn(raw: unknown): readonly string[] | null {
  if (raw !== undefined && !isMapping(raw)) return null;
  return [...EXPORTERS.map(({ slug }) => slug), ...Object.keys(raw ?? {})];
}

function reportNames(raw: unknown, report: Report): void {
  for (const [name] of entriesOf(raw)) {
    if (!NAME.test(name))
      report([name], "is not a valid name; write up to 63 lowercase letters, digits, - and _, beginning with a letter or digit", "key");
  }
}

/** Hides unusual keys: with a colon missing or misplaced, YAML reads a password as a key. */
function toProblem(file: string, found: SyntaxProblem): ConfigProblem {
  const path = found.path.map((segment) => (typeof segment === "number" || /^[\w.<$-]{1,64}$/.test(segment) ? segment : "?"));
  return { file, line: found.line, column: found.column, path, message: found.message };
}
