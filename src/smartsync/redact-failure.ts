import type { SmartSyncFailure } from "../core/base/failure.ts";

/** A load balancer's cookie may be a single digit. Short values are not secret, and redacting them would garble the text. */
const MIN_SECRET_COOKIE_LENGTH = 6;

export interface Secrets {
  readonly password: string;
  readonly cookies: readonly string[];
}

/** Removes secrets from the texts that come from the server, because a server may repeat in its messages what it was sent. */
export function redactFailure(failure: SmartSyncFailure, { password, cookies }: Secrets): SmartSyncFailure {
  const plain = [password, ...cookies.filter((cookie) => cookie.length >= MIN_SECRET_COOKIE_LENGTH)].filter((secret) => secret !== "");
  const secrets = [...new Set(plain.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]))];
  // The longest secret goes first: replacing one that it contains would leave the rest of it readable.
  secrets.sort((a, b) => b.length - a.length);
  const redact = (text: string): string => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  if ("details" in failure) return { ...failure, details: failure.details.map(redact) };
  return "detail" in failure ? { ...failure, detail: redact(failure.detail) } : failure;
}
