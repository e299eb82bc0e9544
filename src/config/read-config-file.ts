import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ExporterDefinition } from "../core/exporters/built-in-exporters.ts";
import { type Result, err, ok } from "../core/base/result.ts";
import type { AppConfig } from "./app-config.ts";
import type { Env } from "./env.ts";
import { loadConfig, loadExporters } from "./load-config.ts";
import type { ConfigProblem } from "./problem.ts";

/** Reads the configuration file at `path`, and the variables and files that it refers to. */
export async function readConfigFile(path: string, env: Pick<Env, "variable">): Promise<Result<AppConfig, ConfigProblem[]>> {
  try {
    const text = await readFile(path, "utf8");
    return loadConfig({ file: path, text, variable: env.variable, readSecretFile });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return err([{ file: path, line: 0, column: 0, path: [], message: explainUnreadable(error) }]);
  }
}

/** Reads only the exporters that the file at `path` adds to the built-in ones. Problems elsewhere are ignored. */
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
    return "the file does not exist; copy src/config/example.yaml to it and edit it, or name another file with --config or NIGHTFERRY_CONFIG";
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
  ENOENT: "the file does not exist",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a directory",
  ENOTDIR: "a parent of the path is not a directory",
};

function describeCode(code: string | undefined): string {
  return CODES[code ?? ""] ?? code ?? "unknown error";
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}
