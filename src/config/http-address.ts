import { isIPv4, isIPv6 } from "node:net";

/** The address that the HTTP server listens on. */
export interface HttpAddress {
  /** A host name or an IP address. IPv6 has no brackets here. */
  readonly host: string;
  /** 0: the operating system chooses a free port. */
  readonly port: number;
}

/** Accepts `127.0.0.1:8383`, `localhost:0` and `[::1]:8383`. Returns `null` for anything else. */
export function parseHttpAddress(text: string): HttpAddress | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  if (!match) return null;
  const [, ipv6, name, digits] = match;
  const host = ipv6 ?? name ?? "";
  const port = Number(digits);
  const isHost = ipv6 === undefined ? !/^[\d.]+$/.test(host) || isIPv4(host) : isIPv6(host);
  return isHost && port <= 65_535 ? { host, port } : null;
}

/** The form that `parseHttpAddress` reads. */
export function formatHttpAddress({ host, port }: HttpAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
