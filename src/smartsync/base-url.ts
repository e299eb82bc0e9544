/** The URL of a connection's server. */
export interface BaseUrl {
  /** Scheme, host and port. Failures name this and nothing more of the URL. */
  readonly origin: string;
  /** The full URL of a path that starts with a slash. */
  at(path: string): string;
}

export const SERVICES_PATH = "/SMARTSync/services/rs";

/** Drops user info, query and fragment of `url`, because they may hold secrets. Throws if the URL is invalid. */
export function createBaseUrl(url: string): BaseUrl {
  const { origin, pathname } = new URL(url);
  const base = origin + pathname.replace(/\/+$/, "");
  return { origin, at: (path) => base + path };
}
