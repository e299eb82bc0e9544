import { describeFailure } from "../base/describe-failure.ts";
import type { BusinessDate, Interval } from "../base/business-date.ts";
import type { Failure } from "../base/failure.ts";
import type { Job, JobFacts } from "../jobs/job.ts";
import { idsNamed } from "./chunk.ts";

/** What was requested and has no result. */
export interface MissingChunk {
  readonly interval: Interval;
  /** By member of the request; empty: the request named none. */
  readonly entities: Readonly<Record<string, readonly number[]>>;
  readonly reason: Failure["reason"];
  readonly message: string;
}

export function missingChunk(job: Pick<JobFacts, "interval" | "request">, failure: Failure): MissingChunk {
  const { from, to } = job.interval;
  return { interval: { from, to }, entities: idsNamed(job.request), reason: failure.reason, message: describeFailure(failure) };
}

/** What is missing from a run: its jobs that ended without a result. */
export function missingChunks(jobs: readonly Job[]): MissingChunk[] {
  return jobs.flatMap((job) =>
    job.state === "failed" || job.state === "canceled" || job.state === "lost" ? [missingChunk(job, job.failure)] : [],
  );
}

export function coversDate({ interval }: MissingChunk, date: BusinessDate): boolean {
  return interval.from <= date && date <= interval.to;
}

/** The entities in words: `muIds 102, 103`. */
export function describeEntities({ entities }: Pick<MissingChunk, "entities">): string {
  const members = Object.entries(entities).map(([member, ids]) => `${member} ${ids.join(", ")}`);
  return members.length > 0 ? members.join(" and ") : "everything that was requested";
}
