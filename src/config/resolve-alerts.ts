import { alertsSchema } from "./alerts-schema.ts";
import type { AlertsConfig } from "./app-config.ts";
import { parseFields } from "./expectation.ts";
import type { Report } from "./problem.ts";
import { type SecretSources, readSecret } from "./secret-reference.ts";
import { explainBadWebhook } from "./web-address.ts";

/** `null`: nobody is told. A webhook's address holds what allows to post to it, so it is read like a password. */
export function resolveAlerts(
  raw: unknown,
  surroundings: SecretSources & { readonly allowLiteralSecrets: boolean },
  report: Report,
): AlertsConfig | null {
  const { webhook } = parseFields(alertsSchema, raw);
  if (webhook === undefined) return null;
  const secret = readSecret(webhook, surroundings, surroundings.allowLiteralSecrets);
  const problem = secret.ok ? explainBadWebhook(secret.value.reveal()) : secret.error;
  if (problem !== null) report(["webhook"], problem);
  return secret.ok && problem === null ? { webhook: secret.value } : null;
}
