import type { Interval } from "../core/business-date.ts";
import { type JobId, type VendorJobId, isRunId } from "../core/ids.ts";
import type { Job, StateName } from "../core/job.ts";
import type { JobMove, JobStore } from "../core/stores.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { listEndangered, listReady } from "./job-urgency.ts";
import { DISOWNED } from "./history-line.ts";
import { aliveJobs, storeMove, storeMoveWithinBudget, storeSplit } from "./job-moves.ts";
import { OLDEST_FIRST, inStates, mayGoOnAt } from "./job-order.ts";
import { readPresent } from "./read-column.ts";
import { readState, rowToJob } from "./row-to-job.ts";

export function createJobStore(prisma: PrismaClient): JobStore {
  return {
    find: (id) => findJob(prisma, id),
    move: (before, after, event) => storeMove(prisma, before, after, event),
    split: (before, after, pieces) => storeSplit(prisma, before, { after, pieces }),
    moveWithinBudget: (before, after, budget) => storeMoveWithinBudget(prisma, before, after, budget),
    listByState: (connection, states, limit) => listJobs(prisma, { connectionName: connection, ...inStates(states) }, limit),
    listSubmittable: (connection, now, limit) =>
      listJobs(prisma, { connectionName: connection, state: "pending", ...mayGoOnAt(now) }, limit),
    alive: (connection) => aliveJobs(prisma, connection),
    listReady: (query) => listReady(prisma, query),
    listEndangered: (before, limit) => listEndangered(prisma, before, limit),
    markAlive: (ids, at) => markAlive(prisma, ids, at),
    extendLease: (id, token, leaseUntil) => extendLease(prisma, { id, token, leaseUntil }),
    listExpiredLeases: (now, limit) => listExpiredLeases(prisma, now, limit),
    listOfFolder: (exportName, partition) => listOfFolder(prisma, exportName, partition),
    claimedVendorIds: (connection, ids) => claimedVendorIds(prisma, connection, ids),
    disownedVendorIds: (id) => disownedVendorIds(prisma, id),
    connectionsWith: (states) => connectionsWith(prisma, states),
    expectedDurationMs: (exportName) => expectedDurationMs(prisma, exportName),
    history: (id) => history(prisma, id),
  };
}

async function findJob(prisma: PrismaClient, id: JobId): Promise<Job | null> {
  // Job ids are UUIDs like run ids; the column would refuse anything else with an error.
  const row = isRunId(id) ? await prisma.job.findUnique({ where: { id } }) : null;
  return row && rowToJob(row);
}

async function listJobs(prisma: PrismaClient, where: Prisma.JobWhereInput, limit?: number): Promise<Job[]> {
  const rows = await prisma.job.findMany({ where, orderBy: OLDEST_FIRST, ...(limit === undefined ? {} : { take: limit }) });
  return rows.map(rowToJob);
}

/** A late look does not take back what a later one saw. */
async function markAlive(prisma: PrismaClient, ids: readonly JobId[], at: Date): Promise<void> {
  await prisma.job.updateMany({
    where: { id: { in: [...ids] }, state: { in: ["waiting", "running"] }, lastSeenAliveAt: { lt: at } },
    data: { lastSeenAliveAt: at },
  });
}

async function extendLease(
  prisma: PrismaClient,
  { id, token, leaseUntil }: { readonly id: JobId; readonly token: string; readonly leaseUntil: Date },
): Promise<boolean> {
  const { count } = await prisma.job.updateMany({ where: { id, state: "archiving", token }, data: { leaseUntil } });
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

/** The dates of a job lie in its folder: they are what the index knows. */
async function listOfFolder(prisma: PrismaClient, exportName: string, { from, to }: Interval): Promise<Job[]> {
  return await listJobs(prisma, { exportName, fromDate: { gte: from, lte: to }, partitionFrom: from, partitionTo: to });
}

async function claimedVendorIds(prisma: PrismaClient, connection: string, ids: readonly VendorJobId[]): Promise<ReadonlySet<string>> {
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT vendor_job_id AS id FROM jobs WHERE connection = ${connection} AND vendor_job_id = ANY(${ids})
    UNION
    SELECT m.vendor_job_id FROM job_moves m JOIN jobs j ON j.id = m.job_id
    WHERE j.connection = ${connection} AND m.vendor_job_id = ANY(${ids}) AND NOT EXISTS (
      SELECT FROM job_moves d WHERE d.job_id = m.job_id AND d.vendor_job_id = m.vendor_job_id AND d.event = ${DISOWNED})`;
  return new Set(rows.map(({ id }) => id));
}

async function disownedVendorIds(prisma: PrismaClient, jobId: JobId): Promise<ReadonlySet<string>> {
  const rows = await prisma.jobMove.findMany({ where: { jobId, event: DISOWNED }, select: { vendorJobId: true } });
  return new Set(rows.flatMap(({ vendorJobId }) => vendorJobId ?? []));
}

/** Asked for each connection and state by itself: that is a look into a small index, however many jobs there are. */
async function connectionsWith(prisma: PrismaClient, states: readonly StateName[]): Promise<string[]> {
  if (states.length === 0) return [];
  const branches = states.map((state) => Prisma.sql`EXISTS (SELECT FROM jobs j WHERE j.connection = c.name AND j.state = ${state})`);
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    SELECT c.name FROM connections c WHERE ${Prisma.join(branches, " OR ")} ORDER BY c.name`;
  return rows.map(({ name }) => name);
}

/** So many nights decide what to expect: old enough to be steady, young enough to follow. */
const LATEST_JOBS = 20;

async function expectedDurationMs(prisma: PrismaClient, exportName: string): Promise<number | null> {
  const rows = await prisma.job.findMany({
    where: { exportName, state: "archived" },
    orderBy: { completedAt: "desc" },
    take: LATEST_JOBS,
    select: { id: true, submittedAt: true, completedAt: true },
  });
  const durations = rows.map(({ id, submittedAt, completedAt }) => {
    const place = { table: "jobs", id };
    return readPresent(place, "completed_at", completedAt).getTime() - readPresent(place, "submitted_at", submittedAt).getTime();
  });
  return median(durations);
}

function median(values: number[]): number | null {
  const sorted = values.sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

async function history(prisma: PrismaClient, id: JobId): Promise<JobMove[]> {
  const rows = await prisma.jobMove.findMany({ where: { jobId: id }, orderBy: { version: "asc" } });
  return rows.map((row) => {
    const place = { table: "job_moves", id: `${row.jobId}/${row.version}` };
    return {
      from: row.fromState === null ? null : readState(place, "from_state", row.fromState),
      to: readState(place, "to_state", row.toState),
      event: row.event,
      at: row.movedAt,
    };
  });
}
