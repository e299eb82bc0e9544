/** Where a connection's server is. */
export interface Endpoint {
  /** Scheme, host and port: what failures may name. */
  readonly origin: string;
  /** The full address of a path that starts with a slash. */
  at(path: string): string;
}

export const SERVICES = "/SMARTSync/services/rs";

/** User info, query and fragment of `url` are left out: none of them belongs into a request or a failure. Throws on an invalid URL. */
export function createEndpoint(url: string): Endpoint {
  const { origin, pathname } = new URL(url);
  const base = origin + pathname.replace(/\/+$/, "");
  return { origin, at: (path) => base + path };
}
