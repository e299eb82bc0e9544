import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatProblem } from "../../src/config/problem.ts";
import { readConfigFile } from "../../src/config/read-config-file.ts";
import { changed } from "./base-config.ts";
import { VARIABLES } from "./load-text.ts";

const env = { variable: (name: string) => VARIABLES[name] };
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "nightferry-config-"));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function read(name: string, text: string) {
  await writeFile(join(directory, name), text);
  return await readConfigFile(join(directory, name), env);
}

test("reads a file and the variables, secrets and certificates that it refers to", async () => {
  const pem = rootCertificates.slice(0, 2).join("\n");
  await writeFile(join(directory, "wfm.txt"), "from-file\n");
  await writeFile(join(directory, "ca.pem"), pem);
  const text = changed("${env:WFM_PASSWORD}", "${file:./wfm.txt}\n    caFile: ca.pem");
  const config = await read("good.yaml", text);
  if (!config.ok) throw new Error(config.error.map(formatProblem).join("\n"));
  const acme = config.value.connections.get("acme");
  expect(acme?.userName.reveal()).toBe("wfm-user");
  expect(acme?.password.reveal()).toBe("from-file");
  expect(acme?.ca).toBe(pem);
  expect(config.value.destinations.get("disk")).toEqual({ type: "file", path: join(directory, "archive") });
});

test("says how to create a missing file", async () => {
  const config = await readConfigFile(join(directory, "none.yaml"), env);
  expect(config.ok ? [] : config.error.map(formatProblem)).toEqual([
    `${join(directory, "none.yaml")}: the file does not exist; copy src/config/example.yaml to it and edit it, or name another file with --config or NIGHTFERRY_CONFIG`,
  ]);
});

test("rejects a directory", async () => {
  await mkdir(join(directory, "sub"));
  const config = await readConfigFile(join(directory, "sub"), env);
  expect(config.ok ? [] : config.error.map(({ message }) => message)).toEqual(["cannot be read: it is a directory"]);
});

test("reports a missing secret file with its name and position", async () => {
  const config = await read("bad.yaml", changed("${env:WFM_PASSWORD}", "${file:/nowhere/wfm}"));
  expect(config.ok ? [] : config.error).toEqual([
    {
      file: join(directory, "bad.yaml"),
      line: 7,
      column: 15,
      path: ["connections", "acme", "password"],
      message: "needs the file /nowhere/wfm, which cannot be read: the file does not exist",
    },
  ]);
});
