import type { Interval } from "../base/business-date.ts";
import type { Job, JobFacts } from "./job.ts";

export function isSameInterval(one: Interval, other: Interval): boolean {
  return one.from === other.from && one.to === other.to;
}

/** Whether the results of two jobs are published in the same partition. */
export function isSamePartition(
  one: Pick<JobFacts, "exportName" | "partition">,
  other: Pick<JobFacts, "exportName" | "partition">,
): boolean {
  return one.exportName === other.exportName && isSameInterval(one.partition, other.partition);
}

/** The jobs of a run that belong to the partition of `one`, in the order of their chunks. Jobs that were split are left out. */
export function chunksOf(jobs: readonly Job[], one: JobFacts): Job[] {
  const isChunk = (job: Job) => isSamePartition(job, one) && job.state !== "split";
  return jobs.filter(isChunk).sort((a, b) => a.chunk - b.chunk);
}
