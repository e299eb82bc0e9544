import { describeDatabase } from "./database-url.ts";

/** The database cannot be used now. The statement may or may not have been executed, as with any broken connection. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
  readonly code = "DATABASE_UNAVAILABLE";

  constructor(database: string, reason: string, cause: unknown) {
    super(`cannot use the database ${database} (${reason}); check DATABASE_URL, and that the server is running`, { cause });
  }
}

const REFUSED = "connection refused";
const UNREACHABLE = "not reachable";
const NOT_FOUND = "host not found";
const NO_ANSWER = "no answer in time";
const LOST = "connection lost";
const DENIED = "user or password refused";
const NO_DATABASE = "there is no such database";
const CROWDED = "too many connections";
const ENDED = "ended by the server";
const STARTING = "the server is starting up or shutting down";
const TLS = "no secure connection";

/** Codes of sockets, of PostgreSQL, of Prisma's engine and of its driver adapters. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: REFUSED,
  ENOENT: REFUSED,
  EACCES: REFUSED,
  ENOTFOUND: NOT_FOUND,
  EAI_AGAIN: NOT_FOUND,
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ECONNRESET: LOST,
  EPIPE: LOST,
  "08000": LOST,
  "08001": REFUSED,
  "08003": LOST,
  "08004": REFUSED,
  "08006": LOST,
  "28000": DENIED,
  "28P01": DENIED,
  "3D000": NO_DATABASE,
  "53300": CROWDED,
  "57P01": ENDED,
  "57P02": ENDED,
  "57P03": STARTING,
  P1000: DENIED,
  P1001: UNREACHABLE,
  P1002: NO_ANSWER,
  P1003: NO_DATABASE,
  P1008: NO_ANSWER,
  P1010: DENIED,
  P1011: TLS,
  P1017: LOST,
  P2024: CROWDED,
  P2028: NO_ANSWER,
  P2037: CROWDED,
  DatabaseNotReachable: UNREACHABLE,
  ConnectionClosed: LOST,
  SocketTimeout: NO_ANSWER,
  TlsConnectionError: TLS,
};

/** The driver reports these without a code. */
const UNCODED: readonly (readonly [RegExp, string])[] = [
  [/timeout exceeded when trying to connect|connection timeout|query read timeout/i, NO_ANSWER],
  [/connection terminated|connection error and is not queryable|client was closed|connection ended/i, LOST],
];

/** Translates the errors of the driver and of Prisma for an unavailable database. Other errors stay as they are. */
export function translateDatabaseError(databaseUrl: string, error: unknown): Error {
  const reason = reasonOf(error);
  if (reason !== null) return new DatabaseUnavailable(describeDatabase(databaseUrl), reason, error);
  return error instanceof Error ? error : new Error(String(error));
}

function reasonOf(error: unknown): string | null {
  // The outermost reason: the cause of a timeout is only that the socket was closed because of it.
  const reasons = linksOf(error).map((link) => reasonOfLink(link));
  return reasons.find((reason) => reason !== null) ?? null;
}

type Link = Readonly<Record<string, unknown>>;

function reasonOfLink(link: Link): string | null {
  for (const code of [link["originalCode"], link["code"], link["kind"]]) {
    const reason = typeof code === "string" && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
    if (reason !== undefined) return reason;
  }
  const message = link["message"];
  if (typeof message !== "string" || "severity" in link) return null;
  return UNCODED.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

/** An error and its causes, outermost first. */
function linksOf(error: unknown, depth = 0): Link[] {
  if (typeof error !== "object" || error === null || depth > 5) return [];
  const link = error as Link;
  const meta = link["meta"] as Link | undefined;
  const errors = link["errors"];
  const inner = [link["cause"], meta?.["driverAdapterError"], ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  return [link, ...inner.flatMap((cause) => linksOf(cause, depth + 1))];
}

/** The same object with every asynchronous function's errors translated. */
export function withTranslatedErrors<T extends object>(methods: T, translate: (error: unknown) => Error): T {
  const wrapped = Object.entries(methods as Record<string, (...args: unknown[]) => Promise<unknown>>).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw translate(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
