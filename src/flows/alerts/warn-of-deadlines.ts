import { type AlertBody, subjectOf } from "../../core/alerts/alert.ts";
import { warningLevel, warnBefore } from "../../core/alerts/deadline-warning.ts";
import { deadlineFor } from "../../core/jobs/deadline.ts";
import type { JobId } from "../../core/base/ids.ts";
import type { Job } from "../../core/jobs/job.ts";
import type { Ports } from "../ports/ports.ts";
import { raiseAlerts } from "./raise-alerts.ts";

const BATCH = 1000;

/** Raises a deadline warning for every result near its deadline, once at each level. */
export async function warnOfDeadlines(ports: Pick<Ports, "repositories" | "clock" | "emit">): Promise<void> {
  const now = ports.clock.now();
  const jobs = await ports.repositories.jobs.listNearDeadline(warnBefore(now), BATCH);
  await raiseAlerts(
    ports,
    jobs.flatMap((job) => alertsFor(job, now)),
  );
}

/** If several levels passed while nothing ran, only the highest is raised. */
function alertsFor(job: Job, now: Date): AlertBody[] {
  const nearDeadline = nearDeadlineOf(job);
  if (!nearDeadline) return [];
  const { jobId, deadline } = nearDeadline;
  const level = warningLevel(deadline, now);
  return level === null ? [] : [{ kind: "deadline-warning", level, deadline, ...subjectOf(job, jobId) }];
}

/** A job may have completed right after it was last seen in flight: its retention time counts from then. */
function nearDeadlineOf(job: Job): { readonly jobId: JobId; readonly deadline: Date } | null {
  switch (job.state) {
    case "ready":
    case "archiving":
      return job.quarantine ? null : { jobId: job.jobId, deadline: job.deadline };
    case "waiting":
    case "running":
      return { jobId: job.jobId, deadline: deadlineFor(job.lastSeenInFlightAt) };
    default:
      return null;
  }
}
