import { loadConfig } from "../../src/config/load-config.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { err, ok } from "../../src/core/base/result.ts";

export const VARIABLES: Readonly<Record<string, string>> = { WFM_USER: "wfm-user", WFM_PASSWORD: "canary-from-env", EMPTY: "" };

const FILES: Readonly<Record<string, string>> = {
  "/run/secrets/wfm": "canary-from-file\n",
  "/run/secrets/windows": "canary-from-file\r\n",
  "/run/secrets/lines": "one\n\n",
  "/run/secrets/empty": "\n",
  "/etc/nightferry/near.txt": "canary-near",
  "/etc/nightferry/not.pem": "canary-not-pem",
  "/etc/nightferry/broken.pem": "-----BEGIN CERTIFICATE-----\nY2FuYXJ5\n-----END CERTIFICATE-----\n",
};

/** Loads a text as if it were in /etc/nightferry/nightferry.yaml. */
export function loadText(text: string) {
  return loadConfig({
    file: "/etc/nightferry/nightferry.yaml",
    text,
    variable: (name) => VARIABLES[name],
    readSecretFile: (path) => {
      const content = FILES[path];
      return content === undefined ? err("the file does not exist") : ok(content);
    },
  });
}

/** The problems of a text as they are printed, without the directory of the file. */
export function problemsOf(text: string): string[] {
  const loaded = loadText(text);
  return loaded.ok ? [] : loaded.error.map((problem) => formatProblem({ ...problem, file: "nightferry.yaml" }));
}
