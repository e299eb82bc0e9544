import type { Job } from "../core/jobs/job.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { historyLine } from "./history-line.ts";
import { instant } from "./instant.ts";
import { jobToRow, type StateColumns, stateColumnsOf } from "./job-to-row.ts";
import { violatesUnique } from "./violates-unique.ts";

/** Stores a transition with its line of history in one statement, if the job is still what it was. */
export async function storeTransition(db: Prisma.TransactionClient, before: Job, after: Job, event: string): Promise<boolean> {
  try {
    return (await db.$executeRaw(transitionSql(before, after, event))) === 1;
  } catch (error) {
    // Another row has claimed the same job on the server first.
    if (violatesUnique(error, "jobs_connection_job_id_key")) return false;
    throw error;
  }
}

/** In one transaction, so that every cell is requested by exactly one job. */
export async function storeSplit(
  prisma: PrismaClient,
  before: Job,
  { after, chunks }: { readonly after: Job; readonly chunks: readonly Job[] },
): Promise<boolean> {
  return await prisma.$transaction(async (tx) => {
    if (!(await storeTransition(tx, before, after, "split"))) return false;
    await tx.job.createMany({ data: chunks.map(jobToRow) });
    await tx.jobTransition.createMany({ data: chunks.map((chunk) => historyLine(null, chunk, "split-off")) });
    return true;
  });
}

/** The statement's row count is that of the history line: 1 when the transition was stored. */
function transitionSql(before: Job, after: Job, event: string): Prisma.Sql {
  const line = historyLine(before, after, event);
  return Prisma.sql`
    WITH changed AS (
      UPDATE jobs SET version = ${after.version}, ${Prisma.join(assignments(stateColumnsOf(after)))}
      WHERE id = ${before.id}::uuid AND state = ${before.state} AND version = ${before.version}
      RETURNING id
    )
    INSERT INTO job_transitions (job, version, from_state, to_state, event, job_id)
    SELECT id, ${line.version}, ${line.fromState}, ${line.toState}, ${line.event}, ${line.jobId} FROM changed`;
}

/** Every state column is assigned, so that nothing of the state before survives. */
function assignments(columns: StateColumns): Prisma.Sql[] {
  return [
    Prisma.sql`state = ${columns.state}`,
    Prisma.sql`failed_attempts = ${columns.failedAttempts}::int`,
    Prisma.sql`not_before = ${instant(columns.notBefore)}`,
    Prisma.sql`last_failure = ${json(columns.lastFailure)}`,
    Prisma.sql`fencing_token = ${columns.fencingToken}`,
    Prisma.sql`intent_at = ${instant(columns.intentAt)}`,
    Prisma.sql`lease_until = ${instant(columns.leaseUntil)}`,
    Prisma.sql`job_id = ${columns.jobId}`,
    Prisma.sql`claimed_by_reconciliation = ${columns.claimedByReconciliation}`,
    Prisma.sql`submitted_at = ${instant(columns.submittedAt)}`,
    Prisma.sql`last_seen_in_flight_at = ${instant(columns.lastSeenInFlightAt)}`,
    Prisma.sql`completed_at = ${instant(columns.completedAt)}`,
    Prisma.sql`deadline = ${instant(columns.deadline)}`,
    Prisma.sql`announced_records = ${columns.announcedRecords}::bigint`,
    Prisma.sql`announced_compressed_bytes = ${columns.announcedCompressedBytes}::bigint`,
    Prisma.sql`announced_uncompressed_bytes = ${columns.announcedUncompressedBytes}::bigint`,
    Prisma.sql`additional_details = ${columns.additionalDetails}`,
    Prisma.sql`quarantine = ${json(columns.quarantine)}`,
    Prisma.sql`ended_at = ${instant(columns.endedAt)}`,
    Prisma.sql`failure = ${json(columns.failure)}`,
  ];
}

function json(value: StateColumns["failure"]): Prisma.Sql {
  return Prisma.sql`${value === Prisma.DbNull ? null : JSON.stringify(value)}::jsonb`;
}
