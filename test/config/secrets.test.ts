import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../../src/config/secret.ts";
import { BASE, changed } from "./base-config.ts";
import { loadText, problemsOf } from "./load-text.ts";

const REFERENCE = "${env:WFM_PASSWORD}";

test("only reveal returns a secret", () => {
  const secret = new Secret("canary");
  const shown = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
    inspect(secret, { customInspect: false, showHidden: true }),
  ];
  expect(shown.slice(0, 3)).toEqual(["[secret]", '{"secret":"[secret]"}', "{ secret: [secret] }"]);
  expect(shown.join()).not.toContain("canary");
  expect(Object.keys(secret)).toEqual([]);
  expect(secret.reveal()).toBe("canary");
});

function passwordOf(written: string, text: string = BASE): string | undefined {
  const loaded = loadText(changed(REFERENCE, written, text));
  return loaded.ok ? loaded.value.connections.get("acme")?.password.reveal() : undefined;
}

test("reads a password from a file without the line break at its end", () => {
  expect(passwordOf("${file:/run/secrets/wfm}")).toBe("canary-from-file");
  expect(passwordOf("${file:/run/secrets/windows}")).toBe("canary-from-file");
  expect(passwordOf("${file:/run/secrets/lines}")).toBe("one\n");
});

test("resolves the path of a secret file relative to the directory of the configuration", () => {
  expect(passwordOf("${file:near.txt}")).toBe("canary-near");
});

test("accepts a literal password only if the file allows it", () => {
  expect(passwordOf("canary-literal")).toBeUndefined();
  expect(passwordOf("canary-literal", `allowLiteralSecrets: false\n${BASE}`)).toBeUndefined();
  expect(passwordOf("canary-literal", `allowLiteralSecrets: true\n${BASE}`)).toBe("canary-literal");
});

test("an invalid allowLiteralSecrets is the only problem of a literal password", () => {
  expect(problemsOf(changed(REFERENCE, "canary", `allowLiteralSecrets: maybe\n${BASE}`))).toEqual([
    "nightferry.yaml:1:22 allowLiteralSecrets: is a string; write true or false",
  ]);
});

test("always accepts a literal user name", () => {
  const loaded = loadText(changed("${env:WFM_USER}", "wfm@example.com"));
  expect(loaded.ok && loaded.value.connections.get("acme")?.userName.reveal()).toBe("wfm@example.com");
});

test("a loaded configuration shows no secret", () => {
  const loaded = loadText(BASE);
  expect(loaded.ok).toBe(true);
  expect(inspect(loaded, { depth: 9 }) + JSON.stringify(loaded)).not.toContain("canary");
});

/** Invalid passwords. Each contains a canary. */
const INVALID = [
  "canary",
  '"canary" canary',
  '"canary',
  "canary: canary",
  "*canary",
  "!canary canary",
  "@canary",
  "`canary",
  "%canary",
  "[canary]",
  "{ canary: canary }",
  "| canary",
  "${vault:canary}",
  "${env:canary-canary}",
  "x${env:WFM_PASSWORD}canary",
  "\n      canary",
  "\n\tcanary",
  "\n  canary",
  "canary\n    password: canary2",
  "canary\n    timeZone: [canary]",
  '"\\q canary"',
];

test.each(INVALID)("no problem repeats the password: %j", (written) => {
  const loaded = loadText(changed(REFERENCE, written));
  if (loaded.ok) throw new Error("the text was accepted");
  expect(loaded.error.map(({ message }) => message).join()).not.toContain("canary");
});

test.each([
  "    password:canary\n",
  "    password=canary: x\n",
  '    "password: canary": x\n',
  "    password canary: x\n",
  "    connection: { url: https://u:canary@h }\n",
])("neither path nor message repeats a misplaced password: %j", (line) => {
  const loaded = loadText(changed(`    password: ${REFERENCE}\n`, line));
  if (loaded.ok) throw new Error("the text was accepted");
  expect(JSON.stringify(loaded.error)).not.toContain("canary");
});

test("a password in an address is not repeated", () => {
  const inUrl = changed("https://bu", "https://user:canary@bu");
  const inEndpoint = changed("    prefix: smartsync", "    prefix: smartsync\n    endpoint: https://user:canary@s3.example.com", inUrl);
  const problems = problemsOf(inEndpoint);
  expect(problems).toHaveLength(2);
  expect(problems.join()).not.toContain("canary");
});
