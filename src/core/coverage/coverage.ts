import type { BusinessDate, Interval } from "../base/business-date.ts";
import { datesOf } from "../base/business-date.ts";
import type { RunId } from "../base/ids.ts";
import type { StateName } from "../jobs/job.ts";
import { isSameInterval } from "../jobs/same-partition.ts";

/** Whether the data of a business date are archived. */
export type CoverageState = "archived" | "partial" | "pending" | "missing" | "lost";

export interface CoverageDay {
  readonly date: BusinessDate;
  readonly state: CoverageState;
  readonly runId: RunId | null;
}

/** What coverage has to know about a job. */
export interface CoveredJob {
  readonly runId: RunId;
  readonly generation: number;
  readonly interval: Interval;
  /** The dates of the partition that it is published in. */
  readonly partition: Interval;
  readonly state: StateName;
  /** When it was archived; `null` in any other state. */
  readonly archivedAt: Date | null;
}

/**
 * The state of every date of `range`. If several runs have published a partition, the last publication counts, because its objects are the
 * ones that are there. A run that has published nothing counts only if no run has.
 */
export function coverageOf(jobs: readonly CoveredJob[], range: Interval): CoverageDay[] {
  return datesOf(range).map((date) =>
    coverageOn(
      date,
      jobs.filter((job) => job.interval.from <= date && date <= job.interval.to),
    ),
  );
}

const PREFERENCE: readonly CoverageState[] = ["archived", "partial", "pending", "lost", "missing"];

function coverageOn(date: BusinessDate, jobs: readonly CoveredJob[]): CoverageDay {
  const runs = new Map<RunId, [CoveredJob, ...CoveredJob[]]>();
  for (const job of jobs) runs.set(job.runId, [job, ...(runs.get(job.runId) ?? [])]);
  const days = [...runs]
    .filter(([, own]) => !isOverwritten(own, jobs))
    .map(([runId, own]) => ({ date, state: stateOf(own), runId, generation: own[0].generation }));
  days.sort((a, b) => PREFERENCE.indexOf(a.state) - PREFERENCE.indexOf(b.state) || b.generation - a.generation);
  const [best] = days;
  return best ? { date, state: best.state, runId: best.runId } : { date, state: "missing", runId: null };
}

/** Whether another run has published the partition since. The jobs of one run that cover a date belong to one partition. */
function isOverwritten(own: readonly [CoveredJob, ...CoveredJob[]], jobs: readonly CoveredJob[]): boolean {
  const last = Math.max(...own.map(publishedAt));
  return jobs.some((job) => publishedAt(job) > last && isSameInterval(job.partition, own[0].partition));
}

function publishedAt({ archivedAt }: CoveredJob): number {
  return archivedAt?.getTime() ?? -Infinity;
}

function stateOf(jobs: readonly CoveredJob[]): CoverageState {
  const states = jobs.map((job) => job.state).filter((state) => state !== "split");
  if (states.length > 0 && states.every((state) => state === "archived")) return "archived";
  if (states.some((state) => state !== "archived" && state !== "failed" && state !== "canceled" && state !== "lost")) return "pending";
  if (states.includes("archived")) return "partial";
  return states.includes("lost") ? "lost" : "missing";
}
