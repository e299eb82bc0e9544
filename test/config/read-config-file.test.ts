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
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nightferry-config-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function read(name: string, text: string) {
  await writeFile(join(folder, name), text);
  return await readConfigFile(join(folder, name), env);
}

test("a file is read with the variables, secrets and certificates it refers to", async () => {
  const pem = rootCertificates.slice(0, 2).join("\n");
  await writeFile(join(folder, "wfm.txt"), "from-file\n");
  await writeFile(join(folder, "ca.pem"), pem);
  const text = changed("${env:WFM_PASSWORD}", "${file:./wfm.txt}\n    caFile: ca.pem");
  const config = await read("good.yaml", text);
  if (!config.ok) throw new Error(config.error.map(formatProblem).join("\n"));
  const acme = config.value.connections.get("acme");
  expect(acme?.userName.reveal()).toBe("wfm-user");
  expect(acme?.password.reveal()).toBe("from-file");
  expect(acme?.ca).toBe(pem);
  expect(config.value.destinations.get("disk")).toEqual({ type: "file", path: join(folder, "archive") });
});

test("a missing file is a problem that says how to make one", async () => {
  const config = await readConfigFile(join(folder, "none.yaml"), env);
  expect(config.ok ? [] : config.error.map(formatProblem)).toEqual([
    `${join(folder, "none.yaml")}: there is no such file; copy src/config/example.yaml to it and edit it, or name another with --config or NIGHTFERRY_CONFIG`,
  ]);
});

test("a folder is no file", async () => {
  await mkdir(join(folder, "sub"));
  const config = await readConfigFile(join(folder, "sub"), env);
  expect(config.ok ? [] : config.error.map(({ message }) => message)).toEqual(["cannot be read: it is a folder"]);
});

test("a secret file that is not there is located and named", async () => {
  const config = await read("bad.yaml", changed("${env:WFM_PASSWORD}", "${file:/nowhere/wfm}"));
  expect(config.ok ? [] : config.error).toEqual([
    {
      file: join(folder, "bad.yaml"),
      line: 7,
      column: 15,
      path: ["connections", "acme", "password"],
      message: "needs the file /nowhere/wfm, which cannot be read: there is no such file",
    },
  ]);
});
