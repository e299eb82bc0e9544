import { assertNever } from "../core/base/assert-never.ts";

/** Why the embedded database cannot be used. */
export type EmbeddedFailure =
  | { readonly reason: "no-binaries"; readonly platform: string }
  | { readonly reason: "home-not-usable"; readonly directory: string; readonly detail: string }
  | { readonly reason: "data-gone"; readonly directory: string; readonly pointer: string }
  | { readonly reason: "data-of-other-version"; readonly directory: string; readonly found: string; readonly expected: string }
  | { readonly reason: "home-locked"; readonly directory: string; readonly detail: string }
  | { readonly reason: "cannot-initialize"; readonly directory: string; readonly detail: string }
  | { readonly reason: "cannot-start"; readonly log: string; readonly detail: string };

/** A failure with its message for the user. */
export type DescribedFailure = EmbeddedFailure & { readonly message: string };

/** The message for the user: one sentence that says what happened and what to do. */
export function describeEmbeddedFailure(failure: EmbeddedFailure): string {
  switch (failure.reason) {
    case "no-binaries":
      return `there is no embedded PostgreSQL for this platform (${failure.platform}); set DATABASE_URL to your own PostgreSQL`;
    case "home-not-usable":
      return `cannot create a database in ${failure.directory} (${failure.detail}); set NIGHTFERRY_HOME to a writable directory`;
    case "data-gone":
      return `the database directory ${failure.directory} no longer exists; restore it, or delete ${failure.pointer} to start with an empty database`;
    case "data-of-other-version":
      return `the database in ${failure.directory} was created by PostgreSQL ${failure.found}, but this program includes PostgreSQL ${failure.expected}; run the version of Nightferry that created it, or move the directory away`;
    case "home-locked":
      return `another process has locked ${failure.directory} (${failure.detail}); wait until it has ended, then try again`;
    case "cannot-initialize":
      return `cannot create a database in ${failure.directory} (${failure.detail}); fix the cause and try again, or set DATABASE_URL to your own PostgreSQL`;
    case "cannot-start":
      return `the embedded PostgreSQL does not start (${failure.detail}); see its log, ${failure.log}`;
    default:
      return assertNever(failure);
  }
}

const NOT_USABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "ENAMETOOLONG", "EEXIST"]);

/** Translates a file-system error. `null`: the error is a bug and must be thrown. */
export function toEmbeddedFailure(error: unknown, home: string): EmbeddedFailure | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!NOT_USABLE.has(code) || !(error instanceof Error)) return null;
  const path = "path" in error && typeof error.path === "string" ? error.path : home;
  return { reason: "home-not-usable", directory: home, detail: `${code} at ${path}` };
}
