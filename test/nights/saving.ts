import { HOUR_MS } from "../../src/core/clock.ts";
import { RETENTION_MS } from "../../src/core/deadline.ts";
import type { Outage } from "./fault-plan.ts";
import type { ServerJob } from "./simulated-wfm.ts";

/** So much undisturbed time is enough for any result, whatever steps fail in it: retries are ten minutes apart at most. */
const ENOUGH_MS = 2 * HOUR_MS;

/** A sweep is made every few seconds, and whoever cannot see the tables says so after a quarter of an hour. */
const ENOUGH_TO_TELL_MS = HOUR_MS / 2;

/**
 * Whether a finished result could be saved: within the 24 hours that WFM promises to keep it there was one stretch of two hours in
 * which WFM, the lake and the database all answered and our processes ran. Single steps that fail, kills, lost messages and a queue that is
 * down in that stretch are no excuse. Everything else is unsavable, and must be reported before its deadline.
 */
export function couldBeSaved(job: Pick<ServerJob, "endedAt">, outages: readonly Outage[]): boolean {
  const needed = outages.filter(({ system }) => system !== "queue");
  return isFree(needed, { from: job.endedAt, until: job.endedAt + RETENTION_MS, forMs: ENOUGH_MS });
}

/**
 * Whether anybody could be told of a result in danger: in the second half of its 24 hours the tables, which alone know of it, could be
 * read for half an hour while our processes ran.
 */
export function couldBeTold(job: Pick<ServerJob, "endedAt">, outages: readonly Outage[]): boolean {
  const needed = outages.filter(({ system }) => system === "database" || system === "processes");
  return isFree(needed, { ...secondHalfOf(job), forMs: ENOUGH_TO_TELL_MS });
}

/** Whether anybody could say, in that half, that the tables cannot be read: our processes ran for half an hour. */
export function couldCryBlind(job: Pick<ServerJob, "endedAt">, outages: readonly Outage[]): boolean {
  const needed = outages.filter(({ system }) => system === "processes");
  return isFree(needed, { ...secondHalfOf(job), forMs: ENOUGH_TO_TELL_MS });
}

export function secondHalfOf({ endedAt }: Pick<ServerJob, "endedAt">): { readonly from: number; readonly until: number } {
  return { from: endedAt + RETENTION_MS / 2, until: endedAt + RETENTION_MS };
}

function isFree(
  outages: readonly Outage[],
  { from, until, forMs }: { readonly from: number; readonly until: number; readonly forMs: number },
): boolean {
  let free = from;
  for (const outage of outages.toSorted((a, b) => a.from - b.from)) {
    if (outage.until <= free) continue;
    if (Math.min(outage.from, until) - free >= forMs) return true;
    free = outage.until;
  }
  return until - free >= forMs;
}
