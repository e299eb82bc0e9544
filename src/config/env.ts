import { resolve } from "node:path";
import { type Result, err, ok } from "../core/base/result.ts";
import { type HttpAddress, parseHttpAddress } from "./http-address.ts";
import { nearestName, suggestName } from "./nearest-name.ts";
import { Secret } from "./secret.ts";

/** The environment variables of this process, parsed. No other file reads the environment. */
export interface Env {
  readonly configFile: string;
  /** Absolute. */
  readonly home: string;
  /** `null`: use the embedded PostgreSQL in `home`. */
  readonly databaseUrl: Secret | null;
  /** `null`: the queues are in the database. */
  readonly queueUrl: Secret | null;
  readonly http: HttpAddress;
  /** The faults that the simulator injects, unparsed. Only `simulate` reads them. */
  readonly simulatorFaults: string | null;
  /** `null`: not set. Services then log at `info`; commands that a person waits for choose a quieter level. */
  readonly logLevel: LogLevel | null;
  /** Any variable, for `${env:NAME}` in the configuration file. */
  readonly variable: (name: string) => string | undefined;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

type LogLevel = (typeof LOG_LEVELS)[number];

/** An environment variable as `nightferry help environment` lists it. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly meaning: string;
  /** What applies when the variable is not set: a value, or a few words. */
  readonly default: string;
}

const DEFAULT_CONFIG_FILE = "nightferry.yaml";
const DEFAULT_HOME = ".nightferry";
const DEFAULT_HTTP: HttpAddress = { host: "127.0.0.1", port: 8383 };
const DATABASE_URL_FORM = "postgresql://user:password@host:5432/database";
const QUEUE_URL_FORM = "redis://host:6379, or rediss:// for TLS";

/** Every variable that `readEnv` reads. The configuration file may refer to more, with `${env:NAME}`. */
export const ENVIRONMENT: readonly EnvironmentVariable[] = [
  { name: "NIGHTFERRY_CONFIG", meaning: "path of the configuration file", default: `./${DEFAULT_CONFIG_FILE}` },
  { name: "NIGHTFERRY_HOME", meaning: "directory of the embedded database", default: `./${DEFAULT_HOME}` },
  { name: "DATABASE_URL", meaning: `your own PostgreSQL: ${DATABASE_URL_FORM}`, default: "the embedded database" },
  { name: "QUEUE_URL", meaning: `your own Redis: ${QUEUE_URL_FORM}`, default: "queues in the database" },
  { name: "NIGHTFERRY_HTTP", meaning: "host:port that `up` and `http` listen on", default: `${DEFAULT_HTTP.host}:${DEFAULT_HTTP.port}` },
  { name: "NIGHTFERRY_SIMULATOR_FAULTS", meaning: "faults that `simulate` injects in addition to those of --fault", default: "none" },
  { name: "LOG_LEVEL", meaning: `log level: ${LOG_LEVELS.join(", ")}`, default: "info for services, fatal for commands" },
];

/** Why a variable cannot be used. The message never repeats the value, because the value may be a secret. */
export interface EnvProblem {
  readonly variable: string;
  readonly message: string;
}

const PREFIX = "NIGHTFERRY_";
const KNOWN = ENVIRONMENT.map(({ name }) => name).filter((name) => name.startsWith(PREFIX));

type Source = Readonly<Record<string, string | undefined>>;

/** Reads the environment and reports all problems at once. */
export function readEnv(source: Source = process.env): Result<Env, EnvProblem[]> {
  const problems: EnvProblem[] = [];
  const read = <T>(variable: string, fallback: T, parse: (text: string) => Result<T, string>): T => {
    const text = source[variable];
    if (text === undefined) return fallback;
    const parsed = text === "" ? err("is empty; set it to a value or unset it") : parse(text);
    if (parsed.ok) return parsed.value;
    problems.push({ variable, message: parsed.error });
    return fallback;
  };
  const env: Env = {
    configFile: read("NIGHTFERRY_CONFIG", DEFAULT_CONFIG_FILE, ok),
    home: read("NIGHTFERRY_HOME", resolve(DEFAULT_HOME), (text) => ok(resolve(text))),
    databaseUrl: read("DATABASE_URL", null, (text) =>
      parseUrl(text, ["postgres:", "postgresql:"], `a PostgreSQL URL: ${DATABASE_URL_FORM}`),
    ),
    queueUrl: read("QUEUE_URL", null, (text) => parseUrl(text, ["redis:", "rediss:"], `a Redis URL: ${QUEUE_URL_FORM}`)),
    http: read("NIGHTFERRY_HTTP", DEFAULT_HTTP, parseHttp),
    simulatorFaults: read("NIGHTFERRY_SIMULATOR_FAULTS", null, (text): Result<string | null, string> => ok(text)),
    logLevel: read("LOG_LEVEL", null, parseLogLevel),
    variable: (name) => source[name],
  };
  problems.push(...findUnknown(source));
  return problems.length > 0 ? err(problems) : ok(env);
}

function parseUrl(text: string, protocols: readonly string[], expected: string): Result<Secret | null, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && protocols.includes(url.protocol) && url.hostname !== "" ? ok(new Secret(text)) : err(`must be ${expected}`);
}

function parseHttp(text: string): Result<HttpAddress, string> {
  const address = parseHttpAddress(text);
  return address ? ok(address) : err("must be host:port, such as 127.0.0.1:8383 or [::1]:8383");
}

function parseLogLevel(text: string): Result<LogLevel | null, string> {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return ok(level);
  const nearest = nearestName(text, LOG_LEVELS);
  return err(`must be one of ${LOG_LEVELS.join(", ")}${nearest ? `; did you mean ${nearest}?` : ""}`);
}

/** Without this check, a misspelled variable would be ignored and its default would apply. */
function findUnknown(source: Source): EnvProblem[] {
  return Object.keys(source)
    .filter((variable) => variable.startsWith(PREFIX) && !KNOWN.includes(variable) && source[variable] !== undefined)
    .sort()
    .map((variable) => ({ variable, message: `unknown variable; ${suggestName(variable, KNOWN)}` }));
}
