import { type Job, jobIdOf } from "../core/jobs/job.ts";
import type { JobEvent } from "../core/jobs/transition.ts";

/** The event by which a job drops a job id that belongs to another request. */
export const CLAIM_REJECTED: JobEvent["type"] = "claim-rejected";

/** One line of a job's history. It contains the job id, also the one that a rejected claim drops. */
export function historyLine(before: Job | null, after: Job, event: string) {
  return {
    jobRowId: after.id,
    version: after.version,
    fromState: before?.state ?? null,
    toState: after.state,
    event,
    jobId: jobIdOf(before && event === CLAIM_REJECTED ? before : after),
  };
}
