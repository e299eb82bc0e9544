import { join } from "node:path";

import { lock } from "proper-lockfile";

import { err, ok, type Result } from "../core/base/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";

/** After this time without an update, the owner of a lock is considered dead. */
const STALE_MS = 5000;
const RETRIES = { retries: 900, factor: 1.1, minTimeout: 20, maxTimeout: 100 };

/** Runs `work` under the lock of the home, so that no other process starts, attaches to or stops its server meanwhile. */
export async function withHomeLock<T>(directory: string, work: () => Promise<T>): Promise<Result<T, EmbeddedFailure>> {
  const options = {
    lockfilePath: join(directory, "lock"),
    stale: STALE_MS,
    update: STALE_MS / 5,
    retries: RETRIES,
    onCompromised: () => undefined,
  };
  let release: () => Promise<void>;
  try {
    release = await lock(directory, options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ELOCKED")) throw error;
    return err({ reason: "home-locked", directory, detail: error.message });
  }
  try {
    return ok(await work());
  } finally {
    // This fails only if another process considered the lock stale and took it over. It is then no longer ours to release.
    await release().catch(() => undefined);
  }
}
