import type { Interval } from "../core/base/business-date.ts";
import type { CoveredJob } from "../core/coverage/coverage.ts";
import type { Failure } from "../core/base/failure.ts";
import { type RunId, isRunId } from "../core/base/ids.ts";
import type { Job, StateName } from "../core/jobs/job.ts";
import type { Run, RunOutcome, RunWithJobs } from "../core/jobs/run.ts";
import type { ClaimedRun, RunQuery, RunRepository } from "../core/persistence/run-repository.ts";
import { Prisma, type PrismaClient, type Run as RunRow } from "./generated/client.ts";
import { jobToRow } from "./job-to-row.ts";
import { instant } from "./instant.ts";
import { OLDEST_FIRST, isOpen } from "./job-order.ts";
import { readSelection, toJson, toJsonText } from "./json-columns.ts";
import { readInterval } from "./read-column.ts";
import { readState, rowToJob } from "./row-to-job.ts";
import { rowToRun } from "./row-to-run.ts";
import { RUN_COLUMNS } from "./run-columns.ts";
import { runToRow } from "./run-to-row.ts";

export function createRunRepository(prisma: PrismaClient): RunRepository {
  return {
    create: async (run) => (await prisma.run.createMany({ data: [runToRow(run)], skipDuplicates: true })).count === 1,
    find: (id) => findRun(prisma, id),
    list: (query) => listRuns(prisma, query),
    latestGeneration: (exportName, interval) => latestGeneration(prisma, exportName, interval),
    claimUnplanned: (claim) => claimUnplanned(prisma, claim),
    plan: (run, planned, jobs) => storePlan(prisma, { run, ...planned, jobs }),
    postponePlanning: (run, notBefore, failure) => postponePlanning(prisma, run, { notBefore, failure }),
    jobStates: (id) => jobStates(prisma, id),
    setOutcome: (run, outcome, finishedAt) => setOutcome(prisma, run, { outcome, finishedAt }),
    listUnfinished: (limit) => listUnfinished(prisma, limit),
    coverage: (exportName, range) => coverage(prisma, exportName, range),
  };
}

const WITH_JOBS = { jobs: { orderBy: OLDEST_FIRST } } satisfies Prisma.RunInclude;
const NEWEST_RUN_FIRST = [{ createdAt: "desc" }, { id: "desc" }] satisfies Prisma.RunOrderByWithRelationInput[];
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

type RunClaim = Parameters<RunRepository["claimUnplanned"]>[0];

interface ClaimRow extends RunRow {
  readonly fittingCells: number | null;
  readonly tooLargeCells: number | null;
  readonly previousSelection: unknown;
}

/** `planning_not_before` is the lease: until it passes, no other process claims the run. */
async function claimUnplanned(prisma: PrismaClient, { id, now, until }: RunClaim): Promise<ClaimedRun | null> {
  if (id !== null && !isRunId(id)) return null;
  const named = id === null ? Prisma.sql`true` : Prisma.sql`id = ${id}::uuid`;
  const [row] = await prisma.$queryRaw<ClaimRow[]>`
    WITH next AS MATERIALIZED (
      SELECT id FROM runs
      WHERE outcome = 'pending' AND selection IS NULL AND ${named}
        AND (planning_not_before IS NULL OR planning_not_before <= ${instant(now)})
      ORDER BY created_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ), r AS (
      UPDATE runs u SET planning_not_before = ${instant(until)} FROM next n WHERE u.id = n.id RETURNING u.*
    )
    SELECT ${RUN_COLUMNS}, e.fitting_cells AS "fittingCells", e.too_large_cells AS "tooLargeCells", (
      SELECT p.selection FROM runs p WHERE p.export = r.export AND p.selection IS NOT NULL
      ORDER BY p.created_at DESC, p.id DESC LIMIT 1) AS "previousSelection"
    FROM r JOIN exports e ON e.name = r.export`;
  if (!row) return null;
  const { fittingCells, tooLargeCells, previousSelection } = row;
  const previous = previousSelection === null ? null : readSelection({ table: "runs", id: `before ${row.id}` }, previousSelection);
  return { run: rowToRun(row), size: { fitting: fittingCells, tooLarge: tooLargeCells }, previousSelection: previous };
}

interface Plan {
  readonly run: Run;
  readonly selection: Run["selection"];
  readonly selectionChange: Run["selectionChange"];
  readonly jobs: readonly Job[];
}

/** `json`, not `jsonb`, down to the request: it keeps the order of the members. */
async function storePlan(prisma: PrismaClient, { run, selection, selectionChange, jobs }: Plan): Promise<boolean> {
  const rows = jobs.map((job) => ({ ...jobToRow(job), request: job.request }));
  const planned = await prisma.$queryRaw<unknown[]>`
    WITH planned AS (
      UPDATE runs SET selection = ${selection === null ? null : toJsonText(selection)}::jsonb,
        selection_change = ${selectionChange === null ? null : toJsonText(selectionChange)}::jsonb,
        planning_not_before = NULL, planning_failure = NULL
      WHERE id = ${run.id}::uuid AND outcome = 'pending' AND selection IS NULL
      RETURNING id
    ), made AS (
      INSERT INTO jobs (id, run_id, export, connection, exporter, destination, output_format, from_date, to_date, partition_from,
        partition_to, chunk, request, created_at, version, state, failed_attempts)
      SELECT j.id, p.id, j."exportName", j."connectionName", j.exporter, j.destination, j."outputFormat", j."fromDate", j."toDate",
        j."partitionFrom", j."partitionTo", j.chunk, j.request, j."createdAt", j.version, j.state, j."failedAttempts"
      FROM planned p CROSS JOIN json_to_recordset(${toJsonText(rows)}::json) AS j(
        id uuid, "exportName" text, "connectionName" text, exporter text, destination text, "outputFormat" text, "fromDate" text,
        "toDate" text, "partitionFrom" text, "partitionTo" text, chunk int, request json, "createdAt" timestamptz, version int, state text,
        "failedAttempts" int)
      RETURNING id, version, state
    ), lines AS (
      INSERT INTO job_transitions (job, version, to_state, event) SELECT id, version, state, 'planned' FROM made
    )
    SELECT id FROM planned`;
  return planned.length === 1;
}

async function jobStates(prisma: PrismaClient, id: RunId): Promise<{ readonly run: Run; readonly states: readonly StateName[] } | null> {
  if (!isRunId(id)) return null;
  const [row] = await prisma.$queryRaw<(RunRow & { readonly states: readonly string[] })[]>`
    SELECT ${RUN_COLUMNS}, ARRAY(SELECT j.state FROM jobs j WHERE j.run_id = r.id) AS states
    FROM runs r WHERE r.id = ${id}::uuid AND r.outcome = 'pending'`;
  if (!row) return null;
  return { run: rowToRun(row), states: row.states.map((state) => readState({ table: "runs", id }, "state", state)) };
}

async function postponePlanning(
  prisma: PrismaClient,
  run: Run,
  { notBefore, failure }: { readonly notBefore: Date; readonly failure: Failure },
): Promise<boolean> {
  const { failedAttempts } = run.planning;
  const { count } = await prisma.run.updateMany({
    where: { ...UNPLANNED, id: run.id, planningFailedAttempts: failedAttempts },
    data: { planningFailedAttempts: failedAttempts + 1, planningNotBefore: notBefore, planningFailure: toJson(failure) },
  });
  return count === 1;
}

/**
 * The conditions keep a run open that was planned in the meantime, and one with a job that was resumed in the meantime. In SQL, because
 * Prisma's `none` reads every job of the table.
 */
async function setOutcome(
  prisma: PrismaClient,
  run: Run,
  { outcome, finishedAt }: { readonly outcome: RunOutcome; readonly finishedAt: Date | null },
): Promise<boolean> {
  const count = await prisma.$executeRaw`
    UPDATE runs SET outcome = ${outcome}, finished_at = ${instant(finishedAt)}
    WHERE id = ${run.id}::uuid AND outcome = ${run.outcome} AND (selection IS NULL) = ${run.selection === null}
      AND (${outcome} = 'pending' OR NOT EXISTS (SELECT FROM jobs j WHERE j.run_id = runs.id AND ${isOpen(Prisma.sql`j.state`)}))`;
  return count === 1;
}

/** In SQL, because Prisma's `none` reads every job of the table. */
async function listUnfinished(prisma: PrismaClient, limit: number): Promise<RunId[]> {
  const found = await prisma.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM runs r
    WHERE r.outcome = 'pending' AND r.selection IS NOT NULL
      AND EXISTS (SELECT FROM jobs j WHERE j.run_id = r.id)
      AND NOT EXISTS (SELECT FROM jobs j WHERE j.run_id = r.id AND ${isOpen(Prisma.sql`j.state`)})
    ORDER BY r.created_at, r.id
    LIMIT ${limit}`;
  return found.map(({ id }) => id as RunId);
}

/** A run that is not planned yet counts as one pending job. Runs are read first, so that one planned in the meantime is not missed. */
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
