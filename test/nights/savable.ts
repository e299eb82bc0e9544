import { HOUR_MS } from "../../src/core/base/clock.ts";
import { RETENTION_MS } from "../../src/core/jobs/deadline.ts";
import type { Downtime } from "./fault-plan.ts";
import type { ServerJob } from "./simulated-wfm.ts";

/** So much undisturbed time is enough for any result, whatever steps fail in it: retries are ten minutes apart at most. */
const ENOUGH_MS = 2 * HOUR_MS;

/** A reconcile is made every few seconds, and a process that cannot use the tables alerts after a quarter of an hour. */
const ENOUGH_TO_TELL_MS = HOUR_MS / 2;

/**
 * Whether a finished result could be saved: within the 24 hours that WFM promises to keep it there was one stretch of two hours in
 * which WFM, the lake and the database all answered and our processes ran. Single steps that fail, kills, lost messages and a queue that is
 * down in that stretch are no excuse. Everything else is unsavable, and must be reported before its deadline.
 */
export function couldBeSaved(job: Pick<ServerJob, "endedAt">, downtimes: readonly Downtime[]): boolean {
  const needed = downtimes.filter(({ component }) => component !== "queue");
  return isFree(needed, { from: job.endedAt, until: job.endedAt + RETENTION_MS, forMs: ENOUGH_MS });
}

/**
 * Whether anybody could be told of a result in danger: in the second half of its 24 hours the tables, which alone know of it, could be
 * read for half an hour while our processes ran.
 */
export function couldBeWarned(job: Pick<ServerJob, "endedAt">, downtimes: readonly Downtime[]): boolean {
  const needed = downtimes.filter(({ component }) => component === "database" || component === "processes");
  return isFree(needed, { ...secondHalfOf(job), forMs: ENOUGH_TO_TELL_MS });
}

/** Whether anybody could say, in that half, that the tables cannot be read: our processes ran for half an hour. */
export function couldReportDatabase(job: Pick<ServerJob, "endedAt">, downtimes: readonly Downtime[]): boolean {
  const needed = downtimes.filter(({ component }) => component === "processes");
  return isFree(needed, { ...secondHalfOf(job), forMs: ENOUGH_TO_TELL_MS });
}

export function secondHalfOf({ endedAt }: Pick<ServerJob, "endedAt">): { readonly from: number; readonly until: number } {
  return { from: endedAt + RETENTION_MS / 2, until: endedAt + RETENTION_MS };
}

function isFree(
  downtimes: readonly Downtime[],
  { from, until, forMs }: { readonly from: number; readonly until: number; readonly forMs: number },
): boolean {
  let free = from;
  for (const downtime of downtimes.toSorted((a, b) => a.from - b.from)) {
    if (downtime.until <= free) continue;
    if (Math.min(downtime.from, until) - free >= forMs) return true;
    free = downtime.until;
  }
  return until - free >= forMs;
}
