import { pino, type Logger } from "pino";

export type { Logger } from "pino";

/**
 * JSON lines on standard error. Nothing secret is handed to it; the redaction is a second lock on the door, for the names under
 * which a library might carry a secret along.
 */
export function createLogger(level: string, destination: NodeJS.WritableStream): Logger {
  const names = ["password", "token", "cookie", "authorization", "jsessionId", "set-cookie", "secretAccessKey"];
  const paths = names.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: "[secret]" } }, destination);
}
