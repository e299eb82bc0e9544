/** Explains why the address of a connection is invalid; `null` if it is valid. Never repeats the address: it may contain a password. */
export function explainBadWfmUrl(text: string): string | null {
  const url = parseUrl(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return "is not a web address; write one such as https://bu-1234.example.com";
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "would send the password unencrypted; use https:// (http:// is allowed for addresses of this machine only)";
  }
  if (/\/smartsync(\/|$)/i.test(url.pathname)) return "already contains /SMARTSync, which Nightferry appends; remove it";
  return explainExtras(url);
}

/** Explains why the address of an object store is invalid; `null` if it is valid. Allows http, which is common in private networks. */
export function explainBadEndpoint(text: string): string | null {
  const url = parseUrl(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    return "is not a web address; write one such as https://minio.example.com:9000";
  return explainExtras(url);
}

/** Explains why the address of a webhook is invalid; `null` if it is valid. Its path and query are secret: they authorize posting. */
export function explainBadWebhook(text: string): string | null {
  const url = parseUrl(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return "is not a web address; write one such as https://hooks.slack.com/...";
  const isSafe = url.protocol === "https:" || isLoopback(url.hostname);
  return isSafe ? null : "would send alerts unencrypted; use https:// (http:// is allowed for addresses of this machine only)";
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function explainExtras(url: URL): string | null {
  if (url.username !== "" || url.password !== "") return "contains a user name or password; remove them";
  return url.search !== "" || url.hash !== "" ? "contains a query or fragment; remove ? or # and what follows" : null;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
