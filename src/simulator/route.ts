import type { Call } from "./faults.ts";

/** What a URL asks for. */
export interface Route {
  /** The texts of the faults that the URL carries, and the prefix that they make. */
  readonly faultTexts: readonly string[];
  readonly prefix: string;
  readonly query: URLSearchParams;
  readonly target: Target;
}

export type Target =
  | { readonly call: "login" | "entities" | "status-all"; readonly name: null }
  /** `name`: the exporter's slug, or the job's id. */
  | { readonly call: "submit" | "status" | "result"; readonly name: string }
  | { readonly call: "login-page" | "faults-page" }
  | { readonly call: "unknown" };

export const METHODS: Readonly<Record<Call, "GET" | "POST">> = {
  login: "POST",
  entities: "GET",
  submit: "POST",
  status: "GET",
  "status-all": "GET",
  result: "GET",
};

/** Faults stand in front as `/~...` segments. Both of the vendor's spellings of the product's name will do. */
export function readRoute(url: string): Route {
  const { pathname, searchParams } = new URL(url, "http://simulator");
  const segments = pathname.split("/").slice(1);
  const own = segments.findIndex((segment) => !segment.startsWith("~"));
  const faultSegments = own === -1 ? segments : segments.slice(0, own);
  return {
    faultTexts: faultSegments.map((segment) => decode(segment).replace(/^~(faults?=)?/, "")),
    prefix: faultSegments.map((segment) => `/${segment}`).join(""),
    query: searchParams,
    target: readTarget(segments.slice(faultSegments.length)),
  };
}

function readTarget([product, ...rest]: readonly string[]): Target {
  if ((product === undefined || product === "" || product === "faults") && rest.length === 0) return { call: "faults-page" };
  if (product !== "SMARTSync" && product !== "SMARTSYNC") return { call: "unknown" };
  const path = rest.join("/");
  if (path === "login.html") return { call: "login-page" };
  if (path === "services/rs/users/v1/login") return { call: "login", name: null };
  if (path === "services/rs/entities/v1") return { call: "entities", name: null };
  if (path === "services/rs/exporters/v1/status") return { call: "status-all", name: null };
  const [, call, name = ""] = /^services\/rs\/exporters\/v1\/(?:(status|result)\/)?([^/]+)$/.exec(path) ?? [];
  if (name === "") return { call: "unknown" };
  return { call: call === "status" || call === "result" ? call : "submit", name: decode(name) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
