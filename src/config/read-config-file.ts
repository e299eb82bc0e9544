import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ExporterDefinition } from "../core/exporter-catalog.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { AppConfig } from "./app-config.ts";
import type { Env } from "./env.ts";
import { loadConfig, loadExporters } from "./load-config.ts";
import type { ConfigProblem } from "./problem.ts";

/** Reads the configuration file at `path`, with the variables and files that it refers to. */
export async function readConfigFile(path: string, env: Pick<Env, "variable">): Promise<Result<AppConfig, ConfigProblem[]>> {
  try {
    const text = await readFile(path, "utf8");
    return loadConfig({ file: path, text, variable: env.variable, readSecretFile });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return err([{ file: path, line: 0, column: 0, path: [], message: explainUnreadable(error) }]);
  }
}

/** The exporters that the file at `path` adds to the catalog, whatever is wrong with the rest of it. */
export async function readExporters(
  path: string,
  { isOptional }: { readonly isOptional: boolean },
): Promise<Result<ReadonlyMap<string, ExporterDefinition>, ConfigProblem[]>> {
  try {
    return loadExporters(path, await readFile(path, "utf8"));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (isOptional && error.code === "ENOENT") return ok(new Map());
    return err([{ file: path, line: 0, column: 0, path: [], message: explainUnreadable(error) }]);
  }
}

function explainUnreadable({ code }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") {
    return "there is no such file; copy src/config/example.yaml to it and edit it, or name another with --config or NIGHTFERRY_CONFIG";
  }
  return `cannot be read: ${describeCode(code)}`;
}

function readSecretFile(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return err(describeCode(error.code));
  }
}

const CODES: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
};

function describeCode(code: string | undefined): string {
  return CODES[code ?? ""] ?? code ?? "unknown reason";
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}
