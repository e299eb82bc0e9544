import type { Job } from "../core/job.ts";

/** One line of a job's history. The vendor's id stays known by it after the job has let go of it. */
export function historyLine(before: Job | null, after: Job, event: string) {
  return {
    jobId: after.id,
    version: after.version,
    fromState: before?.state ?? null,
    toState: after.state,
    event,
    vendorJobId: vendorJobIdOf(after),
  };
}

function vendorJobIdOf(job: Job): string | null {
  if ("vendorJobId" in job) return job.vendorJobId;
  return "server" in job ? (job.server?.vendorJobId ?? null) : null;
}
