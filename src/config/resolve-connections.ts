import { X509Certificate, createHash } from "node:crypto";
import type { ConnectionConfig } from "./app-config.ts";
import { connectionSchema } from "./connection-schema.ts";
import { entriesOf, parseFields } from "./schema-helpers.ts";
import { type Report, reportBelow } from "./problem.ts";
import { type SecretSources, readSecret } from "./secret-reference.ts";

interface ConnectionContext extends SecretSources {
  readonly allowLiteralSecrets: boolean;
}

/** Returns the valid connections, and reports the problems of the others that the schema does not find. */
export function resolveConnections(raw: unknown, context: ConnectionContext, report: Report): Map<string, ConnectionConfig> {
  const connections = new Map<string, ConnectionConfig>();
  for (const [name, connection] of entriesOf(raw)) {
    const resolved = resolveConnection(name, connection, context, reportBelow(report, [name]));
    if (resolved) connections.set(name, resolved);
  }
  return connections;
}

function resolveConnection(name: string, raw: unknown, context: ConnectionContext, report: Report): ConnectionConfig | null {
  const fields = parseFields(connectionSchema, raw);
  const read = (key: "userName" | "password", isLiteralAllowed: boolean) => {
    const written = fields[key];
    if (written === undefined) return null;
    const secret = readSecret(written, context, isLiteralAllowed);
    if (secret.ok) return secret.value;
    report([key], secret.error);
    return null;
  };
  const userName = read("userName", true);
  const password = read("password", context.allowLiteralSecrets);
  const ca = fields.caFile === undefined ? null : readCertificates(fields.caFile, context, reportBelow(report, ["caFile"]));
  const parsed = connectionSchema.safeParse(raw);
  if (!parsed.success || !userName || !password) return null;
  const { url, customerId, locale, timeZone, maxConcurrentJobs, orphans } = parsed.data;
  const loginVersion = versionOf([url, customerId, locale, userName.reveal(), asReference(parsed.data.password)]);
  const settings = { timeZone, maxConcurrentJobs, orphans };
  const definition = { name, url: url.replace(/\/+$/, ""), customerId, locale, ...settings, loginVersion };
  return { definition, userName, password, ca };
}

/** The version is stored in the database, so it must not be derived from a password. */
function asReference(written: string): string {
  return written.startsWith("${") ? written : "literal";
}

function versionOf(parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

function readCertificates(path: string, { readSecretFile, resolvePath }: SecretSources, report: Report): string | null {
  const content = readSecretFile(resolvePath(path));
  const message = content.ok ? explainBadPem(content.value) : `cannot be read: ${content.error}`;
  if (message !== null) report([], message);
  return content.ok ? content.value : null;
}

function explainBadPem(pem: string): string | null {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) return "contains no certificate; it needs -----BEGIN CERTIFICATE----- blocks (PEM)";
  const broken = certificates.findIndex((certificate) => !isCertificate(certificate));
  return broken === -1 ? null : `certificate ${broken + 1} of ${certificates.length} is damaged; replace it`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
