import { resolve } from "node:path";
import { type Result, err, ok } from "../core/result.ts";
import { type HttpAddress, parseHttpAddress } from "./http-address.ts";
import { nearestName, suggestName } from "./nearest-name.ts";
import { Secret } from "./secret.ts";

/** What the environment says. This file is the only reader of it. */
export interface Env {
  readonly configFile: string;
  /** Absolute. */
  readonly home: string;
  /** `null`: an embedded PostgreSQL in `home`. */
  readonly databaseUrl: Secret | null;
  /** `null`: the queue lives in the database. */
  readonly queueUrl: Secret | null;
  readonly http: HttpAddress;
  readonly token: Secret | null;
  /** What the simulator shall play, as written; only `simulate` reads it. */
  readonly simulatorFaults: string | null;
  /** `null`: not set. It is `info` then, but a command that a person waits for may choose to log less. */
  readonly logLevel: LogLevel | null;
  /** Any variable, for `${env:NAME}` in the configuration file. */
  readonly variable: (name: string) => string | undefined;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

type LogLevel = (typeof LOG_LEVELS)[number];

/** One variable that cannot be used: which, and what would be right. Never its value, when that may be secret. */
export interface EnvProblem {
  readonly variable: string;
  readonly message: string;
}

const PREFIX = "NIGHTFERRY_";
const KNOWN = ["NIGHTFERRY_CONFIG", "NIGHTFERRY_HOME", "NIGHTFERRY_HTTP", "NIGHTFERRY_TOKEN", "NIGHTFERRY_SIMULATOR_FAULTS"];

type Source = Readonly<Record<string, string | undefined>>;

/** Reads the environment, or says everything that is wrong with it at once. */
export function readEnv(source: Source = process.env): Result<Env, EnvProblem[]> {
  const problems: EnvProblem[] = [];
  const read = <T>(variable: string, fallback: T, parse: (text: string) => Result<T, string>): T => {
    const text = source[variable];
    if (text === undefined) return fallback;
    const parsed = text === "" ? err("is empty; give it a value or unset it") : parse(text);
    if (parsed.ok) return parsed.value;
    problems.push({ variable, message: parsed.error });
    return fallback;
  };
  const env: Env = {
    configFile: read("NIGHTFERRY_CONFIG", "nightferry.yaml", ok),
    home: read("NIGHTFERRY_HOME", resolve(".nightferry"), (text) => ok(resolve(text))),
    databaseUrl: read("DATABASE_URL", null, (text) =>
      parseUrl(text, ["postgres:", "postgresql:"], "postgresql://user:password@host:5432/database"),
    ),
    queueUrl: read("QUEUE_URL", null, (text) => parseUrl(text, ["redis:", "rediss:"], "redis://host:6379, or rediss:// for TLS")),
    http: read("NIGHTFERRY_HTTP", { host: "127.0.0.1", port: 8383 }, parseHttp),
    token: read("NIGHTFERRY_TOKEN", null, parseToken),
    simulatorFaults: read("NIGHTFERRY_SIMULATOR_FAULTS", null, (text): Result<string | null, string> => ok(text)),
    logLevel: read("LOG_LEVEL", null, parseLogLevel),
    variable: (name) => source[name],
  };
  problems.push(...findUnknown(source));
  return problems.length > 0 ? err(problems) : ok(env);
}

function parseUrl(text: string, protocols: readonly string[], right: string): Result<Secret | null, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && protocols.includes(url.protocol) && url.hostname !== ""
    ? ok(new Secret(text))
    : err(`is not such an address; write ${right}`);
}

function parseHttp(text: string): Result<HttpAddress, string> {
  const address = parseHttpAddress(text);
  return address ? ok(address) : err("is not host:port; write one such as 127.0.0.1:8383 or [::1]:8383");
}

/** It travels in a header: anything but visible ASCII would never arrive as it was written. */
function parseToken(text: string): Result<Secret | null, string> {
  return /^[\x21-\x7e]+$/.test(text)
    ? ok(new Secret(text))
    : err("has spaces or letters that a header cannot carry; write visible ASCII characters only");
}

function parseLogLevel(text: string): Result<LogLevel | null, string> {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return ok(level);
  const nearest = nearestName(text, LOG_LEVELS);
  return err(`is not a level; write one of ${LOG_LEVELS.join(", ")}${nearest ? ` (did you mean ${nearest}?)` : ""}`);
}

/** A misspelled variable would silently leave its default in force. */
function findUnknown(source: Source): EnvProblem[] {
  return Object.keys(source)
    .filter((variable) => variable.startsWith(PREFIX) && !KNOWN.includes(variable) && source[variable] !== undefined)
    .sort()
    .map((variable) => ({ variable, message: `is not known; ${suggestName(variable, KNOWN)}` }));
}
