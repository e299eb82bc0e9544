import { type Result, err, ok } from "../core/result.ts";
import { Secret } from "./secret.ts";

export interface SecretSources {
  readonly variable: (name: string) => string | undefined;
  /** Reads a text file; fails with why, in a few words. */
  readonly readSecretFile: (path: string) => Result<string, string>;
  /** A path as the configuration file means it. */
  readonly resolvePath: (path: string) => string;
}

const RIGHT = "write ${env:NAME} or ${file:/path}";

/** Resolves `${env:NAME}` or `${file:/path}`, or takes the text itself where that is allowed. A failure says what would be right. */
export function readSecret(written: string, sources: SecretSources, isLiteralAllowed: boolean): Result<Secret, string> {
  if (written === "") return err(`is empty; ${RIGHT}`);
  const reference = /^\$\{(env|file):([^{}]+)\}$/.exec(written);
  if (reference) {
    const [, kind, name = ""] = reference;
    return kind === "env" ? readVariable(name, sources) : readFile(name, sources);
  }
  if (written.includes("${")) return err(`has a \${...} that is not known; ${RIGHT} as the whole value`);
  if (!isLiteralAllowed) return err(`is written into the file itself; ${RIGHT}, or set allowLiteralSecrets: true`);
  return ok(new Secret(written));
}

function readVariable(name: string, { variable }: SecretSources): Result<Secret, string> {
  if (!/^[A-Za-z_]\w*$/.test(name)) return err("does not name a variable; write its name as letters, digits and _: ${env:WFM_PASSWORD}");
  const value = variable(name);
  if (value === undefined) return err(`needs the environment variable ${name}, which is not set; set it`);
  return value === "" ? err(`needs the environment variable ${name}, which is empty; set it`) : ok(new Secret(value));
}

function readFile(path: string, { readSecretFile, resolvePath }: SecretSources): Result<Secret, string> {
  const content = readSecretFile(resolvePath(path));
  if (!content.ok) return err(`needs the file ${path}, which cannot be read: ${content.error}`);
  // Editors and secret stores end a file with a line break that is no part of the secret.
  const value = content.value.replace(/\r?\n$/, "");
  return value === "" ? err(`needs the file ${path}, which is empty; put the secret into it`) : ok(new Secret(value));
}
