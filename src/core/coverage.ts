import type { BusinessDate, Interval } from "./business-date.ts";
import { datesOf } from "./business-date.ts";
import type { RunId } from "./ids.ts";
import type { StateName } from "./job.ts";

/** Whether you have a business date of an export. */
export type CoverageState = "archived" | "partial" | "pending" | "missing" | "lost";

export interface CoverageDay {
  readonly date: BusinessDate;
  readonly state: CoverageState;
  readonly runId: RunId | null;
}

/** One job as far as coverage needs it. */
export interface CoveredJob {
  readonly runId: RunId;
  readonly generation: number;
  readonly interval: Interval;
  /** The dates of the folder that it is published in. */
  readonly partition: Interval;
  readonly state: StateName;
  /** When it was archived; `null` in any other state. */
  readonly archivedAt: Date | null;
}

/**
 * The state of every date of `range`. Of the runs that published a folder the last one speaks, because what lies there is its own; one
 * that has nothing yet speaks only where none has published.
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
  const runs = new Map<RunId, CoveredJob[]>();
  for (const job of jobs) runs.set(job.runId, [...(runs.get(job.runId) ?? []), job]);
  const days = [...runs]
    .filter(([, own]) => !isWrittenOver(own, jobs))
    .map(([runId, own]) => ({ date, state: stateOf(own), runId, generation: own[0]?.generation ?? 0 }));
  days.sort((a, b) => PREFERENCE.indexOf(a.state) - PREFERENCE.indexOf(b.state) || b.generation - a.generation);
  const [best] = days;
  return best ? { date, state: best.state, runId: best.runId } : { date, state: "missing", runId: null };
}

/** Whether another run has published the folder of these jobs since. */
function isWrittenOver(own: readonly CoveredJob[], jobs: readonly CoveredJob[]): boolean {
  const last = lastPublication(own);
  const isSince = (job: CoveredJob) => job.archivedAt !== null && job.archivedAt.getTime() > last;
  return jobs.some((job) => isSince(job) && own.some((one) => one.runId !== job.runId && isSameFolder(one, job)));
}

function lastPublication(jobs: readonly CoveredJob[]): number {
  return Math.max(0, ...jobs.map(({ archivedAt }) => archivedAt?.getTime() ?? 0));
}

function isSameFolder({ partition: one }: CoveredJob, { partition: other }: CoveredJob): boolean {
  return one.from === other.from && one.to === other.to;
}

function stateOf(jobs: readonly CoveredJob[]): CoverageState {
  const states = jobs.map((job) => job.state).filter((state) => state !== "split");
  if (states.length > 0 && states.every((state) => state === "archived")) return "archived";
  if (states.some((state) => state !== "archived" && state !== "failed" && state !== "canceled" && state !== "lost")) return "pending";
  if (states.includes("archived")) return "partial";
  return states.includes("lost") ? "lost" : "missing";
}
