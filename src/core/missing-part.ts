import { describeFailure } from "./describe-failure.ts";
import type { BusinessDate, Interval } from "./business-date.ts";
import type { Failure } from "./failure.ts";
import type { Job, JobFacts } from "./job.ts";
import { idsNamed } from "./request-grid.ts";

/** What was asked for and could not be had. */
export interface MissingPart {
  readonly interval: Interval;
  /** By member of the request; empty where the request named none. */
  readonly entities: Readonly<Record<string, readonly number[]>>;
  readonly reason: Failure["reason"];
  readonly message: string;
}

export function missingPart(job: Pick<JobFacts, "interval" | "request">, failure: Failure): MissingPart {
  const { from, to } = job.interval;
  return { interval: { from, to }, entities: idsNamed(job.request), reason: failure.reason, message: describeFailure(failure) };
}

/** Of a run's jobs, those that ended without a result. */
export function missingParts(jobs: readonly Job[]): MissingPart[] {
  return jobs.flatMap((job) =>
    job.state === "failed" || job.state === "canceled" || job.state === "lost" ? [missingPart(job, job.failure)] : [],
  );
}

export function coversDate({ interval }: MissingPart, date: BusinessDate): boolean {
  return interval.from <= date && date <= interval.to;
}

/** Which entities, in words: `muIds 102, 103`. */
export function describeEntities({ entities }: MissingPart): string {
  const members = Object.entries(entities).map(([member, ids]) => `${member} ${ids.join(", ")}`);
  return members.length > 0 ? members.join(" and ") : "everything asked for";
}
