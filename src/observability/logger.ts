import { pino, type Logger } from "pino";

export type { Logger } from "pino";

/** Writes JSON lines. Callers log no secrets; redaction is a safeguard against secrets in objects of libraries. */
export function createLogger(level: string, destination: NodeJS.WritableStream): Logger {
  const names = ["password", "token", "cookie", "authorization", "jsessionId", "set-cookie", "secretAccessKey"];
  const paths = names.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: "[secret]" } }, destination);
}
