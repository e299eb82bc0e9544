import type { Endpoint } from "./faults.ts";

/** A parsed URL. */
export interface Route {
  /** The faults that the URL sets, as text, and the prefix of the path that sets them. */
  readonly faultTexts: readonly string[];
  readonly prefix: string;
  readonly query: URLSearchParams;
  readonly target: Target;
}

export type Target =
  | { readonly endpoint: "login" | "entities" | "status-all"; readonly name: null }
  /** `name` is the exporter's slug or the job's id. */
  | { readonly endpoint: "submit" | "status" | "result"; readonly name: string }
  | { readonly endpoint: "login-page" | "faults-page" }
  | { readonly endpoint: "unknown" };

export const METHODS: Readonly<Record<Endpoint, "GET" | "POST">> = {
  login: "POST",
  entities: "GET",
  submit: "POST",
  status: "GET",
  "status-all": "GET",
  result: "GET",
};

/** Leading `/~...` segments set faults. The path may use either of the vendor's spellings of SmartSync. */
export function readRoute(url: string): Route {
  const { pathname, searchParams } = new URL(url, "http://simulator");
  const segments = pathname.split("/").slice(1);
  const firstOther = segments.findIndex((segment) => !segment.startsWith("~"));
  const faultSegments = firstOther === -1 ? segments : segments.slice(0, firstOther);
  return {
    faultTexts: faultSegments.map((segment) => decode(segment).replace(/^~(faults?=)?/, "")),
    prefix: faultSegments.map((segment) => `/${segment}`).join(""),
    query: searchParams,
    target: readTarget(segments.slice(faultSegments.length)),
  };
}

function readTarget([product, ...rest]: readonly string[]): Target {
  if ((product === undefined || product === "" || product === "faults") && rest.length === 0) return { endpoint: "faults-page" };
  if (product !== "SMARTSync" && product !== "SMARTSYNC") return { endpoint: "unknown" };
  const path = rest.join("/");
  if (path === "login.html") return { endpoint: "login-page" };
  if (path === "services/rs/users/v1/login") return { endpoint: "login", name: null };
  if (path === "services/rs/entities/v1") return { endpoint: "entities", name: null };
  if (path === "services/rs/exporters/v1/status") return { endpoint: "status-all", name: null };
  const [, endpoint, name = ""] = /^services\/rs\/exporters\/v1\/(?:(status|result)\/)?([^/]+)$/.exec(path) ?? [];
  if (name === "") return { endpoint: "unknown" };
  return { endpoint: endpoint === "status" || endpoint === "result" ? endpoint : "submit", name: decode(name) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
