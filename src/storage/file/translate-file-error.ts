import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";

/** Runs one step on the file system. An error of the system becomes a failure here, once. Anything else thrown is a bug. */
export async function attempt<T>(target: string, step: () => Promise<T>): Promise<Result<T, StorageFailure>> {
  try {
    return ok(await step());
  } catch (error) {
    return err(translateFileError(error, target));
  }
}

/** A symbolic link leads from a key out of the archive's directory. */
export class OutsideDirectoryError extends Error {
  override readonly name = "OutsideDirectoryError";
}

/** EFBIG is a limit on the size of files. Waiting does not help there either. */
const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ELOOP"]);

export function translateFileError(error: unknown, target: string): StorageFailure {
  if (error instanceof OutsideDirectoryError) return { reason: "storage-denied", target, detail: error.message };
  const code = codeOf(error);
  if (code === null) throw error;
  if (FULL.has(code)) return { reason: "storage-full", target };
  return { reason: DENIED.has(code) ? "storage-denied" : "storage-error", target, detail: (error as Error).message };
}

/** Also if something on the way to it is a file instead of a directory. */
export function isNoSuchFile(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** The system's own name for what went wrong, such as `ENOSPC`; `null` for errors that are not the system's. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : null;
}
