import { isAbsolute, resolve } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ENVIRONMENT, readEnv } from "../../src/config/env.ts";

function read(source: Record<string, string | undefined>) {
  const env = readEnv(source);
  if (!env.ok) throw new Error(JSON.stringify(env.error));
  return env.value;
}

function problemsOf(source: Record<string, string | undefined>): string[] {
  const env = readEnv(source);
  return env.ok ? [] : env.error.map(({ variable, message }) => `${variable}: ${message}`);
}

test("every variable has a default", () => {
  const { variable, ...env } = read({});
  expect(env).toEqual({
    configFile: "nightferry.yaml",
    home: resolve(".nightferry"),
    databaseUrl: null,
    queueUrl: null,
    http: { host: "127.0.0.1", port: 8383 },
    simulatorFaults: null,
    logLevel: null,
  });
  expect(variable("ANYTHING")).toBeUndefined();
});

test("every variable can be set", () => {
  const env = read({
    NIGHTFERRY_CONFIG: "/etc/nightferry.yaml",
    NIGHTFERRY_HOME: "state",
    DATABASE_URL: "postgresql://u:canary@db/nightferry",
    QUEUE_URL: "rediss://:canary@redis:6380/1",
    NIGHTFERRY_HTTP: "0.0.0.0:80",
    LOG_LEVEL: "debug",
    NIGHTFERRY_SIMULATOR_FAULTS: "nulls,latency=5",
    WFM_USER: "user",
    NIGHTFERRY_GONE: undefined,
  });
  expect(env).toMatchObject({ configFile: "/etc/nightferry.yaml", http: { host: "0.0.0.0", port: 80 }, logLevel: "debug" });
  expect(isAbsolute(env.home) && env.home.endsWith("state")).toBe(true);
  expect(env.databaseUrl?.reveal()).toBe("postgresql://u:canary@db/nightferry");
  expect(env.queueUrl?.reveal()).toBe("rediss://:canary@redis:6380/1");
  expect(env.simulatorFaults).toBe("nulls,latency=5");
  expect(env.variable("WFM_USER")).toBe("user");
  expect(inspect(env) + JSON.stringify(env)).not.toContain("canary");
});

test("reads the environment of the process by default", () => {
  const env = readEnv();
  expect(env.ok && env.value.variable("PATH")).toBe(process.env["PATH"]);
});

test.each([
  ["[::1]:8383", { host: "::1", port: 8383 }],
  ["[::]:0", { host: "::", port: 0 }],
  ["localhost:65535", { host: "localhost", port: 65_535 }],
])("accepts NIGHTFERRY_HTTP=%s", (text, address) => {
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
])("rejects NIGHTFERRY_HTTP=%s", (text) => {
  expect(problemsOf({ NIGHTFERRY_HTTP: text })).toEqual(["NIGHTFERRY_HTTP: must be host:port, such as 127.0.0.1:8383 or [::1]:8383"]);
});

test.each([
  ["DATABASE_URL", "mysql://canary@host/db", "must be a PostgreSQL URL: postgresql://user:password@host:5432/database"],
  ["DATABASE_URL", "canary", "must be a PostgreSQL URL: postgresql://user:password@host:5432/database"],
  ["DATABASE_URL", "", "is empty; set it to a value or unset it"],
  ["QUEUE_URL", "http://canary:6379", "must be a Redis URL: redis://host:6379, or rediss:// for TLS"],
  ["QUEUE_URL", "canary:6379", "must be a Redis URL: redis://host:6379, or rediss:// for TLS"],
  ["LOG_LEVEL", "wran", "must be one of trace, debug, info, warn, error, fatal, silent; did you mean warn?"],
  ["LOG_LEVEL", "canary", "must be one of trace, debug, info, warn, error, fatal, silent"],
  ["NIGHTFERRY_HTPP", "canary", "unknown variable; did you mean NIGHTFERRY_HTTP?"],
  [
    "NIGHTFERRY_VERBOSITY",
    "canary",
    "unknown variable; use one of NIGHTFERRY_CONFIG, NIGHTFERRY_HOME, NIGHTFERRY_HTTP, NIGHTFERRY_SIMULATOR_FAULTS",
  ],
])("rejects %s=%s and says what to write instead", (variable, value, message) => {
  expect(problemsOf({ [variable]: value })).toEqual([`${variable}: ${message}`]);
});

test("reports all problems at once", () => {
  const problems = problemsOf({ QUEUE_URL: "x", LOG_LEVEL: "x", NIGHTFERRY_HTTP: "x", NIGHTFERRY_HOM: "x", DATABASE_URL: "x" });
  expect(problems.map((problem) => problem.split(":")[0])).toEqual([
    "DATABASE_URL",
    "QUEUE_URL",
    "NIGHTFERRY_HTTP",
    "LOG_LEVEL",
    "NIGHTFERRY_HOM",
  ]);
});

test("ENVIRONMENT lists exactly the variables that readEnv reads", () => {
  const read: string[] = [];
  const source = new Proxy<Record<string, string>>({}, { get: (_, name) => void read.push(String(name)) });
  expect(readEnv(source).ok).toBe(true);
  expect(ENVIRONMENT.map(({ name }) => name)).toEqual(read);
});

test("ENVIRONMENT describes every variable in one line", () => {
  for (const { name, meaning, default: fallback } of ENVIRONMENT) {
    expect(name).toMatch(/^[A-Z_]+$/);
    expect(meaning, name).toMatch(/^\S.*\S$/);
    expect(fallback, name).toMatch(/^\S.*\S$/);
  }
});

test("the defaults that ENVIRONMENT states are the defaults that apply", () => {
  const { configFile, home, http } = read({});
  const stated = Object.fromEntries(ENVIRONMENT.map((variable) => [variable.name, variable.default]));
  const { NIGHTFERRY_CONFIG = "", NIGHTFERRY_HOME = "", NIGHTFERRY_HTTP = "" } = stated;
  expect(resolve(NIGHTFERRY_CONFIG)).toBe(resolve(configFile));
  expect(resolve(NIGHTFERRY_HOME)).toBe(home);
  expect(read({ NIGHTFERRY_HTTP }).http).toEqual(http);
});
