import { isAbsolute, resolve } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { readEnv } from "../../src/config/env.ts";

function read(source: Record<string, string | undefined>) {
  const env = readEnv(source);
  if (!env.ok) throw new Error(JSON.stringify(env.error));
  return env.value;
}

function problemsOf(source: Record<string, string | undefined>): string[] {
  const env = readEnv(source);
  return env.ok ? [] : env.error.map(({ variable, message }) => `${variable}: ${message}`);
}

test("an empty environment has defaults for everything", () => {
  const { variable, ...env } = read({});
  expect(env).toEqual({
    configFile: "nightferry.yaml",
    home: resolve(".nightferry"),
    databaseUrl: null,
    queueUrl: null,
    http: { host: "127.0.0.1", port: 8383 },
    token: null,
    simulatorFaults: null,
    logLevel: null,
  });
  expect(variable("ANYTHING")).toBeUndefined();
});

test("everything can be set", () => {
  const env = read({
    NIGHTFERRY_CONFIG: "/etc/nightferry.yaml",
    NIGHTFERRY_HOME: "state",
    DATABASE_URL: "postgresql://u:canary@db/nightferry",
    QUEUE_URL: "rediss://:canary@redis:6380/1",
    NIGHTFERRY_HTTP: "0.0.0.0:80",
    NIGHTFERRY_TOKEN: "canary-token",
    LOG_LEVEL: "debug",
    NIGHTFERRY_SIMULATOR_FAULTS: "nulls,latency=5",
    WFM_USER: "user",
    NIGHTFERRY_GONE: undefined,
  });
  expect(env).toMatchObject({ configFile: "/etc/nightferry.yaml", http: { host: "0.0.0.0", port: 80 }, logLevel: "debug" });
  expect(isAbsolute(env.home) && env.home.endsWith("state")).toBe(true);
  expect(env.databaseUrl?.reveal()).toBe("postgresql://u:canary@db/nightferry");
  expect(env.queueUrl?.reveal()).toBe("rediss://:canary@redis:6380/1");
  expect(env.token?.reveal()).toBe("canary-token");
  expect(env.simulatorFaults).toBe("nulls,latency=5");
  expect(env.variable("WFM_USER")).toBe("user");
  expect(inspect(env) + JSON.stringify(env)).not.toContain("canary");
});

test("the process's own environment is read unless another is given", () => {
  const env = readEnv();
  expect(env.ok && env.value.variable("PATH")).toBe(process.env["PATH"]);
});

test.each([
  ["[::1]:8383", { host: "::1", port: 8383 }],
  ["[::]:0", { host: "::", port: 0 }],
  ["localhost:65535", { host: "localhost", port: 65_535 }],
])("NIGHTFERRY_HTTP may be %s", (text, address) => {
  expect(read({ NIGHTFERRY_HTTP: text }).http).toEqual(address);
});

test.each([
  "8383",
  "localhost",
  ":8383",
  "localhost:",
  "localhost:http",
  "localhost:65536",
  "::1:8383",
  "[localhost]:1",
  "[::g]:1",
  "1.2.3:80",
  "http://localhost:80",
  "a b:1",
])("NIGHTFERRY_HTTP may not be %s", (text) => {
  expect(problemsOf({ NIGHTFERRY_HTTP: text })).toEqual([
    "NIGHTFERRY_HTTP: is not host:port; write one such as 127.0.0.1:8383 or [::1]:8383",
  ]);
});

test.each([
  ["DATABASE_URL", "mysql://canary@host/db", "is not such an address; write postgresql://user:password@host:5432/database"],
  ["DATABASE_URL", "canary", "is not such an address; write postgresql://user:password@host:5432/database"],
  ["DATABASE_URL", "", "is empty; give it a value or unset it"],
  ["QUEUE_URL", "http://canary:6379", "is not such an address; write redis://host:6379, or rediss:// for TLS"],
  ["QUEUE_URL", "canary:6379", "is not such an address; write redis://host:6379, or rediss:// for TLS"],
  ["NIGHTFERRY_TOKEN", "", "is empty; give it a value or unset it"],
  ["NIGHTFERRY_TOKEN", "canary canary", "has spaces or letters that a header cannot carry; write visible ASCII characters only"],
  ["LOG_LEVEL", "wran", "is not a level; write one of trace, debug, info, warn, error, fatal, silent (did you mean warn?)"],
  ["LOG_LEVEL", "canary", "is not a level; write one of trace, debug, info, warn, error, fatal, silent"],
  ["NIGHTFERRY_HTPP", "canary", "is not known; did you mean NIGHTFERRY_HTTP?"],
  [
    "NIGHTFERRY_VERBOSITY",
    "canary",
    "is not known; known here: NIGHTFERRY_CONFIG, NIGHTFERRY_HOME, NIGHTFERRY_HTTP, NIGHTFERRY_TOKEN, NIGHTFERRY_SIMULATOR_FAULTS",
  ],
])("%s=%s is a problem that says what would be right", (variable, value, message) => {
  expect(problemsOf({ [variable]: value })).toEqual([`${variable}: ${message}`]);
});

test("all problems are reported at once", () => {
  const problems = problemsOf({ QUEUE_URL: "x", LOG_LEVEL: "x", NIGHTFERRY_HTTP: "x", NIGHTFERRY_HOM: "x", DATABASE_URL: "x" });
  expect(problems.map((problem) => problem.split(":")[0])).toEqual([
    "DATABASE_URL",
    "QUEUE_URL",
    "NIGHTFERRY_HTTP",
    "LOG_LEVEL",
    "NIGHTFERRY_HOM",
  ]);
});
