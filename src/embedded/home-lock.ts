import { join } from "node:path";

import { lock } from "proper-lockfile";

import { err, ok, type Result } from "../core/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";

/** A lock whose owner was killed is taken over after this time. */
const STALE_MS = 5000;
const RETRIES = { retries: 900, factor: 1.1, minTimeout: 20, maxTimeout: 100 };

/** Runs `work` while no other process starts, attaches to or stops the server of the same home. */
export async function withHomeLock<T>(own: string, work: () => Promise<T>): Promise<Result<T, EmbeddedFailure>> {
  const options = {
    lockfilePath: join(own, "lock"),
    stale: STALE_MS,
    update: STALE_MS / 5,
    retries: RETRIES,
    onCompromised: () => undefined,
  };
  let release: () => Promise<void>;
  try {
    release = await lock(own, options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ELOCKED")) throw error;
    return err({ reason: "home-locked", folder: own, detail: error.message });
  }
  try {
    return ok(await work());
  } finally {
    // It fails only when somebody took the lock for stale, and then it is not ours to give back.
    await release().catch(() => undefined);
  }
}
