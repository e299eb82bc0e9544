import { assertNever } from "../core/assert-never.ts";

/** Why there is no embedded database. */
export type EmbeddedFailure =
  | { readonly reason: "no-binaries"; readonly platform: string }
  | { readonly reason: "home-not-usable"; readonly folder: string; readonly detail: string }
  | { readonly reason: "data-gone"; readonly folder: string; readonly pointer: string }
  | { readonly reason: "data-of-other-version"; readonly folder: string; readonly found: string; readonly expected: string }
  | { readonly reason: "home-locked"; readonly folder: string; readonly detail: string }
  | { readonly reason: "cannot-initialize"; readonly folder: string; readonly detail: string }
  | { readonly reason: "cannot-start"; readonly log: string; readonly detail: string };

/** `message` is one sentence for the person at the terminal: what happened, and what to do. */
export type DescribedFailure = EmbeddedFailure & { readonly message: string };

/** One sentence for the person at the terminal: what happened, and what to do. */
export function describeEmbeddedFailure(failure: EmbeddedFailure): string {
  switch (failure.reason) {
    case "no-binaries":
      return `no embedded PostgreSQL comes with this platform (${failure.platform}); set DATABASE_URL to a PostgreSQL of yours`;
    case "home-not-usable":
      return `cannot keep a database in ${failure.folder} (${failure.detail}); set NIGHTFERRY_HOME to a folder that can be written`;
    case "data-gone":
      return `the database of this home was in ${failure.folder}, which is gone; put it back, or delete ${failure.pointer} to begin with an empty one`;
    case "data-of-other-version":
      return `the database in ${failure.folder} was made by PostgreSQL ${failure.found}, but this is ${failure.expected}; run it with the version that made it, or move it away`;
    case "home-locked":
      return `another process does not let go of ${failure.folder} (${failure.detail}); try again when it has ended`;
    case "cannot-initialize":
      return `cannot make a database in ${failure.folder}: ${failure.detail}`;
    case "cannot-start":
      return `the embedded PostgreSQL does not start (${failure.detail}); its log is ${failure.log}`;
    default:
      return assertNever(failure);
  }
}

const NOT_USABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "ENAMETOOLONG", "EEXIST"]);

/** What a thrown error of the file system means for a home; `null` for a bug. */
export function toEmbeddedFailure(error: unknown, home: string): EmbeddedFailure | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!NOT_USABLE.has(code) || !(error instanceof Error)) return null;
  const path = "path" in error && typeof error.path === "string" ? error.path : home;
  return { reason: "home-not-usable", folder: home, detail: `${code} at ${path}` };
}
