/** Says what is wrong with a connection's address, or `null`. The address itself is never repeated: it may hold a password. */
export function explainBadWfmUrl(text: string): string | null {
  const url = parseUrl(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return "is not a web address; write one such as https://bu-1234.example.com";
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "would send the password unencrypted; write https:// (http:// is for this machine's own addresses only)";
  }
  if (/\/smartsync(\/|$)/i.test(url.pathname)) return "already names /SMARTSync; leave it out, it is added";
  return explainExtras(url);
}

/** Says what is wrong with an object store's address, or `null`. Stores inside a private network often speak http. */
export function explainBadEndpoint(text: string): string | null {
  const url = parseUrl(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    return "is not a web address; write one such as https://minio.example.com:9000";
  return explainExtras(url);
}

/** Says what is wrong with a webhook's address, or `null`. Its path and query are the secret, and whoever reads them may post. */
export function explainBadWebhook(text: string): string | null {
  const url = parseUrl(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    return "is not a web address; give it one such as https://hooks.slack.com/...";
  const isSafe = url.protocol === "https:" || isLoopback(url.hostname);
  return isSafe ? null : "would be sent unencrypted; write https:// (http:// is for this machine's own addresses only)";
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function explainExtras(url: URL): string | null {
  if (url.username !== "" || url.password !== "") return "holds a user name or password; leave them out of the address";
  return url.search !== "" || url.hash !== "" ? "has a ? or # part; leave it out" : null;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
