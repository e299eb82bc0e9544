import { isIPv4, isIPv6 } from "node:net";

/** Where the HTTP server listens. */
export interface HttpAddress {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Reads `127.0.0.1:8383`, `localhost:0`, `[::1]:8383`; `null` for anything else. */
export function parseHttpAddress(text: string): HttpAddress | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  if (!match) return null;
  const [, ipv6, name, digits] = match;
  const host = ipv6 ?? name ?? "";
  const port = Number(digits);
  const isHost = ipv6 === undefined ? !/^[\d.]+$/.test(host) || isIPv4(host) : isIPv6(host);
  return isHost && port <= 65_535 ? { host, port } : null;
}

/** As it was read; `[::1]:8383` for IPv6. */
export function formatHttpAddress({ host, port }: HttpAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
