import { type Result, err, ok } from "../core/base/result.ts";
import { Secret } from "./secret.ts";

export interface SecretSources {
  readonly variable: (name: string) => string | undefined;
  /** Reads a text file. The error says in a few words why it cannot be read. */
  readonly readSecretFile: (path: string) => Result<string, string>;
  /** Resolves a path relative to the directory of the configuration file. */
  readonly resolvePath: (path: string) => string;
}

const ALLOWED = "write ${env:NAME} or ${file:/path}";

/** Resolves `${env:NAME}` or `${file:/path}`. Returns the text itself if literals are allowed. */
export function readSecret(written: string, sources: SecretSources, isLiteralAllowed: boolean): Result<Secret, string> {
  if (written === "") return err(`is empty; ${ALLOWED}`);
  const reference = /^\$\{(env|file):([^{}]+)\}$/.exec(written);
  if (reference) {
    const [, kind, name = ""] = reference;
    return kind === "env" ? readVariable(name, sources) : readFile(name, sources);
  }
  if (written.includes("${")) return err(`contains an unknown \${...}; ${ALLOWED} as the whole value`);
  if (!isLiteralAllowed) return err(`is a literal secret; ${ALLOWED}, or set allowLiteralSecrets: true`);
  return ok(new Secret(written));
}

function readVariable(name: string, { variable }: SecretSources): Result<Secret, string> {
  if (!/^[A-Za-z_]\w*$/.test(name)) return err("is not a valid variable name; use letters, digits and _, such as ${env:WFM_PASSWORD}");
  const value = variable(name);
  if (value === undefined) return err(`needs the environment variable ${name}, which is not set; set it`);
  return value === "" ? err(`needs the environment variable ${name}, which is empty; set it`) : ok(new Secret(value));
}

function readFile(path: string, { readSecretFile, resolvePath }: SecretSources): Result<Secret, string> {
  const content = readSecretFile(resolvePath(path));
  if (!content.ok) return err(`needs the file ${path}, which cannot be read: ${content.error}`);
  // Editors and secret managers add a line break at the end that is not part of the secret.
  const value = content.value.replace(/\r?\n$/, "");
  return value === "" ? err(`needs the file ${path}, which is empty; write the secret to it`) : ok(new Secret(value));
}
