import { dirname, resolve } from "node:path";
import { EXPORTERS, findExporter } from "../core/exporter-catalog.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { AppConfig } from "./app-config.ts";
import { configSchema } from "./config-schema.ts";
import { NAME, entriesOf, isMapping, parseFields } from "./expectation.ts";
import { type ConfigProblem, type Report, comparePositions, isSamePlace, reportBelow } from "./problem.ts";
import { resolveAlerts } from "./resolve-alerts.ts";
import { resolveConnections } from "./resolve-connections.ts";
import { resolveDestinations } from "./resolve-destinations.ts";
import { resolveExporters } from "./resolve-exporters.ts";
import { type Referable, resolveExports } from "./resolve-exports.ts";
import type { SecretSources } from "./secret-reference.ts";
import { reportStructure } from "./structure-problems.ts";
import { type SyntaxProblem, type YamlSource, parseYaml } from "./yaml-source.ts";

export interface ConfigInput extends Pick<SecretSources, "variable" | "readSecretFile"> {
  /** The file's path as problems show it; relative paths in the file start at its folder. */
  readonly file: string;
  readonly text: string;
}

const MAX_CHARACTERS = 1_000_000;

interface Reading {
  /** As far as it could be read; `null` where it could not be read at all. */
  readonly config: AppConfig | null;
  /** In the file's order. */
  readonly problems: ConfigProblem[];
}

/** Reads the configuration, or says everything that is wrong with it at once, in the file's order. */
export function loadConfig(input: ConfigInput): Result<AppConfig, ConfigProblem[]> {
  const { config, problems } = readText(input);
  return config === null || problems.length > 0 ? err(problems) : ok(config);
}

/** Only the exporters that the file adds to the catalog: the rest may be wrong, and its secrets need not be there. */
export function loadExporters(file: string, text: string): Result<AppConfig["exporters"], ConfigProblem[]> {
  const nothing = { variable: () => undefined, readSecretFile: () => err("secrets are not read here") };
  const { config, problems } = readText({ file, text, ...nothing });
  if (config === null) return err(problems);
  const own = problems.filter(({ path }) => path[0] === "exporters");
  return own.length > 0 ? err(own) : ok(config.exporters);
}

function readText(input: ConfigInput): Reading {
  const { file, text } = input;
  if (text.length > MAX_CHARACTERS) {
    const message = "is longer than a million characters; is this the configuration?";
    return { config: null, problems: [{ file, line: 0, column: 0, path: [], message }] };
  }
  const source = parseYaml(text);
  const written = (source.ok ? source.value.problems : source.error).map((problem) => toProblem(file, problem));
  if (!source.ok) return { config: null, problems: written.sort(comparePositions) };
  const problems = [...written];
  const config = resolveAll(input, source.value, (path, message, part = "value") => {
    const problem = toProblem(file, { ...source.value.locate(path, part), path, message });
    // What is wrong with the writing of a value makes its content wrong too; the first finding is the telling one.
    if (!problems.some((known) => isSamePlace(known, problem))) problems.push(problem);
  });
  return { config, problems: problems.sort(comparePositions) };
}

function resolveAll(input: ConfigInput, { value }: YamlSource, report: Report): AppConfig {
  reportStructure(value, report);
  const top = isMapping(value) ? value : {};
  for (const kind of ["connections", "destinations", "exporters", "exports"] as const) reportNames(top[kind], reportBelow(report, [kind]));
  const resolvePath = (path: string) => resolve(dirname(input.file), path);
  // Whoever wrote something unreadable here meant to set it; that mistake is reported by itself.
  const allowLiteralSecrets = parseFields(configSchema, top).allowLiteralSecrets ?? true;
  const { variable, readSecretFile } = input;
  const surroundings = { variable, readSecretFile, resolvePath, allowLiteralSecrets };
  const connections = resolveConnections(top["connections"], surroundings, reportBelow(report, ["connections"]));
  const destinations = resolveDestinations(top["destinations"], resolvePath, reportBelow(report, ["destinations"]));
  const exporters = resolveExporters(top["exporters"], reportBelow(report, ["exporters"]));
  const referable: Referable = {
    connections: isMapping(top["connections"]) ? Object.keys(top["connections"]) : null,
    destinations: isMapping(top["destinations"]) ? Object.keys(top["destinations"]) : null,
    exporters: slugsIn(top["exporters"]),
    findExporter: (slug) => findExporter(slug) ?? exporters.get(slug) ?? null,
    timeZoneOf: (connection) => connections.get(connection)?.definition.timeZone,
  };
  const exports = resolveExports(top["exports"], referable, reportBelow(report, ["exports"]));
  const alerts = resolveAlerts(top["alerts"], surroundings, reportBelow(report, ["alerts"]));
  return { file: input.file, connections, destinations, exporters, exports, alerts };
}

/** The slugs that exports may name; `null` when the file's own cannot be read. */
function slugsIn(raw: unknown): readonly string[] | null {
  if (raw !== undefined && !isMapping(raw)) return null;
  return [...EXPORTERS.map(({ slug }) => slug), ...Object.keys(raw ?? {})];
}

function reportNames(raw: unknown, report: Report): void {
  for (const [name] of entriesOf(raw)) {
    if (!NAME.test(name))
      report([name], "is not a name; write up to 63 lower-case letters, digits, - and _, beginning with a letter or digit", "key");
  }
}

/** A key that looks like no key may be a password that lost its colon or its place. */
function toProblem(file: string, found: SyntaxProblem): ConfigProblem {
  const path = found.path.map((segment) => (typeof segment === "number" || /^[\w.<$-]{1,64}$/.test(segment) ? segment : "?"));
  return { file, line: found.line, column: found.column, path, message: found.message };
}
