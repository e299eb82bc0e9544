import type { Interval } from "../core/business-date.ts";
import type { CoveredJob } from "../core/coverage.ts";
import type { ResolvedSelection } from "../core/export-request.ts";
import type { Failure } from "../core/failure.ts";
import { type RunId, isRunId } from "../core/ids.ts";
import type { Job } from "../core/job.ts";
import type { Run, RunOutcome } from "../core/run.ts";
import type { RunQuery, RunStore, RunWithJobs } from "../core/stores.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { historyLine } from "./history-line.ts";
import { jobToRow } from "./job-to-row.ts";
import { OLDEST_FIRST, isOpen } from "./job-order.ts";
import { readSelection, toJson, toNullableJson } from "./json-columns.ts";
import { readInterval } from "./read-column.ts";
import { readState, rowToJob } from "./row-to-job.ts";
import { rowToRun } from "./row-to-run.ts";
import { runToRow } from "./run-to-row.ts";

export function createRunStore(prisma: PrismaClient): RunStore {
  return {
    create: async (run) => (await prisma.run.createMany({ data: [runToRow(run)], skipDuplicates: true })).count === 1,
    find: (id) => findRun(prisma, id),
    list: (query) => listRuns(prisma, query),
    latestGeneration: (exportName, interval) => latestGeneration(prisma, exportName, interval),
    listUnplanned: (now, limit) => listUnplanned(prisma, now, limit),
    latestSelection: (exportName) => latestSelection(prisma, exportName),
    plan: (run, planned, jobs) => prisma.$transaction((tx) => planRun(tx, { run, ...planned, jobs })),
    postponePlanning: (run, notBefore, failure) => postponePlanning(prisma, run, { notBefore, failure }),
    setOutcome: (run, outcome, finishedAt) => setOutcome(prisma, run, { outcome, finishedAt }),
    listUnfinished: (limit) => listUnfinished(prisma, limit),
    coverage: (exportName, range) => coverage(prisma, exportName, range),
  };
}

const WITH_JOBS = { jobs: { orderBy: OLDEST_FIRST } } satisfies Prisma.RunInclude;
const NEWEST_RUN_FIRST = [{ createdAt: "desc" }, { id: "desc" }] satisfies Prisma.RunOrderByWithRelationInput[];
const OLDEST_RUN_FIRST = [{ createdAt: "asc" }, { id: "asc" }] satisfies Prisma.RunOrderByWithRelationInput[];
const UNPLANNED = { outcome: "pending", selection: { equals: Prisma.DbNull } } satisfies Prisma.RunWhereInput;

function rowToRunWithJobs(row: Prisma.RunGetPayload<{ include: typeof WITH_JOBS }>): RunWithJobs {
  return { run: rowToRun(row), jobs: row.jobs.map(rowToJob) };
}

async function findRun(prisma: PrismaClient, id: RunId): Promise<RunWithJobs | null> {
  const row = isRunId(id) ? await prisma.run.findUnique({ where: { id }, include: WITH_JOBS }) : null;
  return row && rowToRunWithJobs(row);
}

async function listRuns(prisma: PrismaClient, { exportName, limit }: RunQuery): Promise<RunWithJobs[]> {
  const where = exportName === undefined ? {} : { exportName };
  const rows = await prisma.run.findMany({ where, orderBy: NEWEST_RUN_FIRST, take: limit, include: WITH_JOBS });
  return rows.map(rowToRunWithJobs);
}

async function latestGeneration(prisma: PrismaClient, exportName: string, { from, to }: Interval): Promise<number | null> {
  const { _max } = await prisma.run.aggregate({ where: { exportName, fromDate: from, toDate: to }, _max: { generation: true } });
  return _max.generation;
}

async function listUnplanned(prisma: PrismaClient, now: Date, limit: number): Promise<Run[]> {
  const rows = await prisma.run.findMany({
    where: { ...UNPLANNED, OR: [{ planningNotBefore: null }, { planningNotBefore: { lte: now } }] },
    orderBy: OLDEST_RUN_FIRST,
    take: limit,
  });
  return rows.map(rowToRun);
}

async function latestSelection(prisma: PrismaClient, exportName: string): Promise<ResolvedSelection | null> {
  const row = await prisma.run.findFirst({
    where: { exportName, NOT: { selection: { equals: Prisma.DbNull } } },
    orderBy: NEWEST_RUN_FIRST,
    select: { id: true, selection: true },
  });
  return row && readSelection({ table: "runs", id: row.id }, row.selection);
}

interface Plan {
  readonly run: Run;
  readonly selection: Run["selection"];
  readonly selectionChange: Run["selectionChange"];
  readonly jobs: readonly Job[];
}

async function planRun(tx: Prisma.TransactionClient, { run, selection, selectionChange, jobs }: Plan): Promise<boolean> {
  const { count } = await tx.run.updateMany({
    where: { ...UNPLANNED, id: run.id },
    data: {
      selection: toNullableJson(selection),
      selectionChange: toNullableJson(selectionChange),
      planningNotBefore: null,
      planningFailure: Prisma.DbNull,
    },
  });
  if (count === 0) return false;
  await tx.job.createMany({ data: jobs.map(jobToRow) });
  await tx.jobMove.createMany({ data: jobs.map((job) => historyLine(null, job, "planned")) });
  return true;
}

async function postponePlanning(
  prisma: PrismaClient,
  run: Run,
  { notBefore, failure }: { readonly notBefore: Date; readonly failure: Failure },
): Promise<boolean> {
  const { attempt } = run.planning;
  const { count } = await prisma.run.updateMany({
    where: { ...UNPLANNED, id: run.id, planningAttempt: attempt },
    data: { planningAttempt: attempt + 1, planningNotBefore: notBefore, planningFailure: toJson(failure) },
  });
  return count === 1;
}

/**
 * Whether it has jobs belongs to what the run was: a run that was planned meanwhile is not ended as one without jobs; and one with a job
 * that is not over any more is not ended at all. In SQL, because Prisma's `none` reads every job there is.
 */
async function setOutcome(
  prisma: PrismaClient,
  run: Run,
  { outcome, finishedAt }: { readonly outcome: RunOutcome; readonly finishedAt: Date | null },
): Promise<boolean> {
  const count = await prisma.$executeRaw`
    UPDATE runs SET outcome = ${outcome}, finished_at = ${finishedAt}
    WHERE id = ${run.id}::uuid AND outcome = ${run.outcome} AND (selection IS NULL) = ${run.selection === null}
      AND (${outcome} = 'pending' OR NOT EXISTS (SELECT FROM jobs j WHERE j.run_id = runs.id AND ${isOpen(Prisma.sql`j.state`)}))`;
  return count === 1;
}

/** In SQL, because Prisma's `none` reads every job there is. */
async function listUnfinished(prisma: PrismaClient, limit: number): Promise<RunWithJobs[]> {
  const found = await prisma.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM runs r
    WHERE r.outcome = 'pending' AND r.selection IS NOT NULL
      AND EXISTS (SELECT FROM jobs j WHERE j.run_id = r.id)
      AND NOT EXISTS (SELECT FROM jobs j WHERE j.run_id = r.id AND ${isOpen(Prisma.sql`j.state`)})
    ORDER BY r.created_at, r.id
    LIMIT ${limit}`;
  const rows = await prisma.run.findMany({
    where: { id: { in: found.map(({ id }) => id) } },
    orderBy: OLDEST_RUN_FIRST,
    include: WITH_JOBS,
  });
  return rows.map(rowToRunWithJobs);
}

/** A run that is not planned yet counts as one pending job: its dates are on their way. It is read first, so that none is missed. */
async function coverage(prisma: PrismaClient, exportName: string, { from, to }: Interval): Promise<CoveredJob[]> {
  const overlapping = { exportName, fromDate: { lte: to }, toDate: { gte: from } };
  const runs = await prisma.run.findMany({
    where: { ...UNPLANNED, ...overlapping },
    select: { id: true, generation: true, fromDate: true, toDate: true },
  });
  const jobs = await prisma.job.findMany({
    where: overlapping,
    select: {
      id: true,
      runId: true,
      state: true,
      endedAt: true,
      fromDate: true,
      toDate: true,
      partitionFrom: true,
      partitionTo: true,
      run: { select: { generation: true } },
    },
  });
  return [
    ...runs.map((run) => ({
      runId: run.id as RunId,
      generation: run.generation,
      interval: readInterval({ table: "runs", id: run.id }, run),
      partition: readInterval({ table: "runs", id: run.id }, run),
      state: "pending" as const,
      archivedAt: null,
    })),
    ...jobs.map((job) => ({
      runId: job.runId as RunId,
      generation: job.run.generation,
      interval: readInterval({ table: "jobs", id: job.id }, job),
      partition: readInterval({ table: "jobs", id: job.id }, { fromDate: job.partitionFrom, toDate: job.partitionTo }),
      state: readState({ table: "jobs", id: job.id }, "state", job.state),
      archivedAt: job.state === "archived" ? job.endedAt : null,
    })),
  ];
}
