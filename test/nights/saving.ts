import { HOUR_MS } from "../../src/core/clock.ts";
import { RETENTION_MS } from "../../src/core/deadline.ts";
import type { Outage } from "./fault-plan.ts";
import type { ServerJob } from "./simulated-wfm.ts";

/** So much undisturbed time is enough for any result, whatever steps fail in it: retries are ten minutes apart at most. */
const ENOUGH_MS = 2 * HOUR_MS;

/**
 * Whether a finished result could be saved: within the 24 hours that WFM promises to keep it there was one stretch of two hours in
 * which WFM, the lake, the database and the queue all answered and our processes ran. Single steps that fail, kills and lost messages in that
 * stretch are no excuse. Everything else is unsavable, and must be reported before its deadline.
 */
export function couldBeSaved(job: Pick<ServerJob, "endedAt">, outages: readonly Outage[]): boolean {
  const deadline = job.endedAt + RETENTION_MS;
  let free = job.endedAt;
  for (const { from, until } of outages.toSorted((a, b) => a.from - b.from)) {
    if (until <= free) continue;
    if (Math.min(from, deadline) - free >= ENOUGH_MS) return true;
    free = until;
  }
  return deadline - free >= ENOUGH_MS;
}
