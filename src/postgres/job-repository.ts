import type { Interval } from "../core/base/business-date.ts";
import { type JobId, type JobRowId, isRunId } from "../core/base/ids.ts";
import type { Job, StateName } from "../core/jobs/job.ts";
import type { TransitionRecord } from "../core/jobs/transition.ts";
import type { JobRepository, SubmissionClaim } from "../core/persistence/job-repository.ts";
import { claimReady } from "./claim-ready.ts";
import { claimSubmission } from "./claim-submission.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { CLAIM_REJECTED } from "./history-line.ts";
import { OLDEST_FIRST, inStates } from "./job-order.ts";
import { storeSplit, storeTransition } from "./job-transitions.ts";
import { listNearDeadline } from "./job-urgency.ts";
import { loadPartition } from "./load-partition.ts";
import { readState, rowToJob } from "./row-to-job.ts";

export function createJobRepository(prisma: PrismaClient): JobRepository {
  const claimNextSubmission = oneAtATime((claim: SubmissionClaim) => claimSubmission(prisma, claim));
  return {
    find: (id) => findJob(prisma, id),
    transition: (before, after, event) => storeTransition(prisma, before, after, event),
    split: (before, after, chunks) => storeSplit(prisma, before, { after, chunks }),
    claimSubmission: claimNextSubmission,
    claimReady: (claim) => claimReady(prisma, claim),
    loadPartition: (job) => loadPartition(prisma, job),
    listByState: (connection, states) => listJobs(prisma, { connectionName: connection, ...inStates(states) }),
    listNearDeadline: (before, limit) => listNearDeadline(prisma, before, limit),
    markInFlight: (ids, at) => markInFlight(prisma, ids, at),
    extendLease: (id, fencingToken, leaseUntil) => extendLease(prisma, { id, fencingToken, leaseUntil }),
    listExpiredLeases: (now, limit) => listExpiredLeases(prisma, now, limit),
    listOfPartition: (exportName, partition) => listOfPartition(prisma, exportName, partition),
    claimedJobIds: (connection, ids) => claimedJobIds(prisma, connection, ids),
    rejectedJobIds: (id) => rejectedJobIds(prisma, id),
    connectionsWith: (states) => connectionsWith(prisma, states),
    expectedDurationsMs: (exportNames) => expectedDurationsMs(prisma, exportNames),
    history: (id) => history(prisma, id),
  };
}

/** Claims of one process would only race for the version of the connection, and all but one would have to be repeated. */
function oneAtATime<T, R>(claim: (argument: T) => Promise<R>): (argument: T) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const claimed = last.then(() => claim(argument));
    last = claimed.catch(() => undefined);
    return claimed;
  };
}

async function findJob(prisma: PrismaClient, id: JobRowId): Promise<Job | null> {
  // Ids of jobs are UUIDs like those of runs. PostgreSQL refuses to compare a UUID with anything else.
  const row = isRunId(id) ? await prisma.job.findUnique({ where: { id } }) : null;
  return row && rowToJob(row);
}

async function listJobs(prisma: PrismaClient, where: Prisma.JobWhereInput): Promise<Job[]> {
  return (await prisma.job.findMany({ where, orderBy: OLDEST_FIRST })).map(rowToJob);
}

/** A late answer does not overwrite what a later poll has seen. */
async function markInFlight(prisma: PrismaClient, ids: readonly JobRowId[], at: Date): Promise<void> {
  await prisma.job.updateMany({
    where: { id: { in: [...ids] }, state: { in: ["waiting", "running"] }, lastSeenInFlightAt: { lt: at } },
    data: { lastSeenInFlightAt: at },
  });
}

async function extendLease(
  prisma: PrismaClient,
  { id, fencingToken, leaseUntil }: { readonly id: JobRowId; readonly fencingToken: string; readonly leaseUntil: Date },
): Promise<boolean> {
  const { count } = await prisma.job.updateMany({ where: { id, state: "archiving", fencingToken }, data: { leaseUntil } });
  return count === 1;
}

async function listExpiredLeases(prisma: PrismaClient, now: Date, limit: number): Promise<Job[]> {
  const rows = await prisma.job.findMany({
    where: { state: "archiving", leaseUntil: { lte: now } },
    orderBy: [{ leaseUntil: "asc" }, { id: "asc" }],
    take: limit,
  });
  return rows.map(rowToJob);
}

/** A job's dates lie within its partition, and the index contains the dates. */
async function listOfPartition(prisma: PrismaClient, exportName: string, { from, to }: Interval): Promise<Job[]> {
  return await listJobs(prisma, { exportName, fromDate: { gte: from, lte: to }, partitionFrom: from, partitionTo: to });
}

async function claimedJobIds(prisma: PrismaClient, connection: string, ids: readonly JobId[]): Promise<ReadonlySet<string>> {
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT job_id AS id FROM jobs WHERE connection = ${connection} AND job_id = ANY(${ids})
    UNION
    SELECT t.job_id FROM job_transitions t JOIN jobs j ON j.id = t.job
    WHERE j.connection = ${connection} AND t.job_id = ANY(${ids}) AND NOT EXISTS (
      SELECT FROM job_transitions r WHERE r.job = t.job AND r.job_id = t.job_id AND r.event = ${CLAIM_REJECTED})`;
  return new Set(rows.map(({ id }) => id));
}

async function rejectedJobIds(prisma: PrismaClient, jobRowId: JobRowId): Promise<ReadonlySet<string>> {
  const rows = await prisma.jobTransition.findMany({ where: { jobRowId, event: CLAIM_REJECTED }, select: { jobId: true } });
  return new Set(rows.flatMap(({ jobId }) => jobId ?? []));
}

/** One search for each connection and state: each reads a small partial index, however many jobs there are. */
async function connectionsWith(prisma: PrismaClient, states: readonly StateName[]): Promise<string[]> {
  if (states.length === 0) return [];
  const branches = states.map((state) => Prisma.sql`EXISTS (SELECT FROM jobs j WHERE j.connection = c.name AND j.state = ${state})`);
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    SELECT c.name FROM connections c WHERE ${Prisma.join(branches, " OR ")} ORDER BY c.name`;
  return rows.map(({ name }) => name);
}

/** Enough nights for a steady median, and few enough to follow a change. */
const LATEST_JOBS = 20;

async function expectedDurationsMs(prisma: PrismaClient, exportNames: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (exportNames.length === 0) return new Map();
  const rows = await prisma.$queryRaw<{ name: string; medianMs: number | null }[]>`
    SELECT e.name, d.median AS "medianMs" FROM unnest(${[...exportNames]}::text[]) AS e(name)
    CROSS JOIN LATERAL (
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.completed_at - a.submitted_at) * 1000) AS median
      FROM (
        SELECT completed_at, submitted_at FROM jobs WHERE export = e.name AND state = 'archived'
        ORDER BY completed_at DESC LIMIT ${LATEST_JOBS}) a) d`;
  return new Map(rows.flatMap(({ name, medianMs }) => (medianMs === null ? [] : [[name, medianMs] as const])));
}

async function history(prisma: PrismaClient, id: JobRowId): Promise<TransitionRecord[]> {
  const rows = await prisma.jobTransition.findMany({ where: { jobRowId: id }, orderBy: { version: "asc" } });
  return rows.map((row) => {
    const place = { table: "job_transitions", id: `${row.jobRowId}/${row.version}` };
    return {
      from: row.fromState === null ? null : readState(place, "from_state", row.fromState),
      to: readState(place, "to_state", row.toState),
      event: row.event,
      at: row.transitionedAt,
    };
  });
}
