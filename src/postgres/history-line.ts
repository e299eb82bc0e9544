import type { JobEvent } from "../core/job-transitions.ts";
import type { Job } from "../core/job.ts";

/** By this a job says of the vendor's id that it had: this was never mine. */
export const DISOWNED: JobEvent["type"] = "disowned";

/** One line of a job's history. The vendor's id stays known by it after the job has let go of it. */
export function historyLine(before: Job | null, after: Job, event: string) {
  return {
    jobId: after.id,
    version: after.version,
    fromState: before?.state ?? null,
    toState: after.state,
    event,
    vendorJobId: vendorJobIdOf(before && event === DISOWNED ? before : after),
  };
}

function vendorJobIdOf(job: Job): string | null {
  if ("vendorJobId" in job) return job.vendorJobId;
  return "server" in job ? (job.server?.vendorJobId ?? null) : null;
}
