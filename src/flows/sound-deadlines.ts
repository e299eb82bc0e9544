import { type News, subjectOf } from "../core/alarm.ts";
import { dangerLevel, endangeredBefore } from "../core/danger.ts";
import { deadlineFor } from "../core/deadline.ts";
import type { VendorJobId } from "../core/ids.ts";
import type { Job } from "../core/job.ts";
import type { Ports } from "./ports.ts";
import { raiseAlarms } from "./raise-alarms.ts";

const BATCH = 1000;

/** Says of every result in danger, at each level once, that it is. */
export async function soundDeadlines(ports: Pick<Ports, "stores" | "clock" | "emit">): Promise<void> {
  const now = ports.clock.now();
  const jobs = await ports.stores.jobs.listEndangered(endangeredBefore(now), BATCH);
  await raiseAlarms(
    ports,
    jobs.flatMap((job) => newsOf(job, now)),
  );
}

/** Levels that were passed while nothing ran are not told one after the other: the highest says it all. */
function newsOf(job: Job, now: Date): News[] {
  const endangered = endangeredOf(job);
  if (!endangered) return [];
  const { vendorJobId, deadline } = endangered;
  const level = dangerLevel(deadline, now);
  return level === null ? [] : [{ kind: "result-in-danger", level, deadline, ...subjectOf(job, vendorJobId) }];
}

/** A job that nobody has seen unfinished since may have been finished right after: its result counts from then. */
function endangeredOf(job: Job): { readonly vendorJobId: VendorJobId; readonly deadline: Date } | null {
  switch (job.state) {
    case "ready":
    case "archiving":
      return job.rescue ? null : { vendorJobId: job.vendorJobId, deadline: job.deadline };
    case "waiting":
    case "running":
      return { vendorJobId: job.vendorJobId, deadline: deadlineFor(job.lastSeenAliveAt) };
    default:
      return null;
  }
}
