import type { Interval } from "../../src/core/base/business-date.ts";
import type { CoveredJob } from "../../src/core/coverage/coverage.ts";
import { type Job, isTerminal } from "../../src/core/jobs/job.ts";
import type { Run, RunWithJobs } from "../../src/core/jobs/run.ts";
import type { RunRepository } from "../../src/core/persistence/run-repository.ts";
import { NOTHING_LEARNED } from "../../src/core/plan/learned-size.ts";
import { insertJobs } from "./memory-job-repository.ts";
import { type MemoryTables, byAge, compare } from "./memory-tables.ts";

export function createMemoryRunRepository(tables: MemoryTables, now: () => Date): RunRepository {
  const { runs, jobs } = tables;
  const jobsOf = (run: Run) => jobs.ofRun(run.id).sort(byAge);
  const withJobs = (run: Run): RunWithJobs => ({ run, jobs: jobsOf(run) });
  const oldestFirst = () => [...runs.values()].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || compare(a.id, b.id));
  return {
    create: async (run) => insertRun(tables, run),
    find: async (id) => {
      const run = runs.get(id);
      return run ? withJobs(run) : null;
    },
    list: async ({ exportName, limit }) =>
      oldestFirst()
        .filter((run) => exportName === undefined || run.exportName === exportName)
        .toReversed()
        .slice(0, limit)
        .map(withJobs),
    latestGeneration: async (exportName, interval) => {
      const generations = [...runs.values()].filter((run) => isOf(run, exportName, interval)).map((run) => run.generation);
      return generations.length === 0 ? null : Math.max(...generations);
    },
    claimUnplanned: async ({ id, now: at, until }) => {
      const isDue = ({ planning }: Run) => planning.notBefore === null || planning.notBefore <= at;
      const run = oldestFirst().find((one) => isUnplanned(one) && isDue(one) && (id === null || one.id === id));
      if (!run) return null;
      const claimed = { ...run, planning: { ...run.planning, notBefore: until } };
      runs.set(run.id, claimed);
      const previous = oldestFirst().findLast((one) => one.exportName === run.exportName && one.selection !== null);
      const size = tables.exports.get(run.exportName)?.size ?? NOTHING_LEARNED;
      return { run: claimed, size, previousSelection: previous?.selection ?? null };
    },
    plan: async (run, planned, planJobs) => plan(tables, { run, ...planned, jobs: planJobs }, now()),
    postponePlanning: async (run, notBefore, lastFailure) => {
      const stored = runs.get(run.id);
      if (!stored || !isUnplanned(stored) || stored.planning.failedAttempts !== run.planning.failedAttempts) return false;
      runs.set(run.id, { ...stored, planning: { failedAttempts: run.planning.failedAttempts + 1, notBefore, lastFailure } });
      return true;
    },
    jobStates: async (id) => {
      const run = runs.get(id);
      return run?.outcome === "pending" ? { run, states: jobs.ofRun(id).map(({ state }) => state) } : null;
    },
    setOutcome: async (run, outcome, finishedAt) => {
      const stored = runs.get(run.id);
      const isAsLoaded = stored?.outcome === run.outcome && (stored.selection === null) === (run.selection === null);
      if (!isAsLoaded || (outcome !== "pending" && jobsOf(run).some((job) => !isTerminal(job.state)))) return false;
      runs.set(run.id, { ...stored, outcome, finishedAt });
      return true;
    },
    listUnfinished: async (limit) =>
      oldestFirst()
        .filter((run) => run.outcome === "pending" && run.selection !== null)
        .map(withJobs)
        .filter((found) => found.jobs.length > 0 && found.jobs.every((job) => isTerminal(job.state)))
        .slice(0, limit)
        .map(({ run }) => run.id),
    coverage: async (exportName, range) => coverage(tables, exportName, range),
  };
}

/** `false` when the export, interval and generation exist already. */
export function insertRun({ runs, exports }: MemoryTables, run: Run): boolean {
  if (!exports.has(run.exportName)) throw new Error(`runs_export_fkey: no export ${run.exportName}`);
  const exists = [...runs.values()].some(
    (other) => other.id === run.id || (isOf(other, run.exportName, run.interval) && other.generation === run.generation),
  );
  if (!exists) runs.set(run.id, run);
  return !exists;
}

interface Plan {
  readonly run: Run;
  readonly selection: Run["selection"];
  readonly selectionChange: Run["selectionChange"];
  readonly jobs: readonly Job[];
}

function plan(
  { runs, jobs, transitions, connections }: MemoryTables,
  { run, selection, selectionChange, jobs: planned }: Plan,
  at: Date,
): boolean {
  const stored = runs.get(run.id);
  if (!stored || !isUnplanned(stored)) return false;
  for (const job of planned) {
    if (!connections.has(job.connection)) throw new Error(`jobs_connection_fkey: no connection ${job.connection}`);
    if (jobs.has(job.id)) throw new Error(`job ${job.id} exists already`);
  }
  runs.set(run.id, { ...stored, selection, selectionChange, planning: { ...stored.planning, notBefore: null, lastFailure: null } });
  insertJobs({ jobs, transitions }, planned, { event: "planned", at });
  return true;
}

function coverage({ runs, jobs }: MemoryTables, exportName: string, range: Interval): CoveredJob[] {
  const isInRange = ({ interval }: { readonly interval: Interval }) => interval.from <= range.to && interval.to >= range.from;
  const unplanned = [...runs.values()].filter((run) => run.exportName === exportName && isUnplanned(run) && isInRange(run));
  const own = [...jobs.values()].filter((job) => job.exportName === exportName && isInRange(job));
  return [
    ...unplanned.map(({ id, generation, interval }) => ({
      runId: id,
      generation,
      interval,
      partition: interval,
      state: "pending" as const,
      archivedAt: null,
    })),
    ...own.map((job) => ({
      runId: job.runId,
      generation: runs.get(job.runId)?.generation ?? 0,
      interval: job.interval,
      partition: job.partition,
      state: job.state,
      archivedAt: job.state === "archived" ? job.archivedAt : null,
    })),
  ];
}

function isUnplanned(run: Run): boolean {
  return run.selection === null && run.outcome === "pending";
}

function isOf(run: Run, exportName: string, interval: Interval): boolean {
  return run.exportName === exportName && run.interval.from === interval.from && run.interval.to === interval.to;
}
