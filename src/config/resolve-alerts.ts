import { alertsSchema } from "./alerts-schema.ts";
import type { AlertsConfig } from "./app-config.ts";
import { parseFields } from "./schema-helpers.ts";
import type { Report } from "./problem.ts";
import { type SecretSources, readSecret } from "./secret-reference.ts";
import { explainBadWebhook } from "./web-address.ts";

/** `null`: no webhook. The address of a webhook authorizes its holder to post, so it is read like a password. */
export function resolveAlerts(
  raw: unknown,
  context: SecretSources & { readonly allowLiteralSecrets: boolean },
  report: Report,
): AlertsConfig | null {
  const { webhook } = parseFields(alertsSchema, raw);
  if (webhook === undefined) return null;
  const secret = readSecret(webhook, context, context.allowLiteralSecrets);
  const problem = secret.ok ? explainBadWebhook(secret.value.reveal()) : secret.error;
  if (problem !== null) report(["webhook"], problem);
  return secret.ok && problem === null ? { webhook: secret.value } : null;
}
