import type { SmartSyncFailure } from "../core/failure.ts";

/** A balancer's cookie can be as short as a digit; what short ones say is no secret. */
const SHORTEST_COOKIE = 6;

export interface Secrets {
  readonly password: string;
  readonly cookies: readonly string[];
}

/** A server may repeat in its messages what it was sent. Only those texts are searched: the rest of a failure is ours. */
export function redactFailure(failure: SmartSyncFailure, { password, cookies }: Secrets): SmartSyncFailure {
  const plain = [password, ...cookies.filter((cookie) => cookie.length >= SHORTEST_COOKIE)].filter((secret) => secret !== "");
  const secrets = [...new Set(plain.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]))];
  // The longest first, so that no part of one is left over by another.
  secrets.sort((a, b) => b.length - a.length);
  const redact = (text: string): string => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  if ("details" in failure) return { ...failure, details: failure.details.map(redact) };
  return "detail" in failure ? { ...failure, detail: redact(failure.detail) } : failure;
}
