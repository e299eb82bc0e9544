import { setTimeout as delay } from "node:timers/promises";

const LOOK_AGAIN_MS = 50;

/** Resolves as soon as `condition` is there; fails after `deadlineMs`, with what `describe` says then. */
export async function waitUntil(
  condition: () => Promise<boolean> | boolean,
  { deadlineMs, describe }: { readonly deadlineMs: number; readonly describe: () => Promise<string> | string },
): Promise<void> {
  const late = AbortSignal.timeout(deadlineMs);
  while (!(await condition())) {
    if (late.aborted) throw new Error(`still not after ${deadlineMs / 1000} s: ${await describe()}`);
    await delay(LOOK_AGAIN_MS);
  }
}
