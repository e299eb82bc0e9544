import type { ClaimScope, SubmissionClaim, SubmittingJob } from "../core/persistence/job-repository.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { jobColumns } from "./job-columns.ts";
import { instant } from "./instant.ts";
import { type JobRow, rowToJob } from "./row-to-job.ts";
import { violatesUnique } from "./violates-unique.ts";

/** Repeats the claim when another process was faster, so that `null` means that there is nothing to claim. */
export async function claimSubmission(prisma: PrismaClient, claim: SubmissionClaim): Promise<SubmittingJob | null> {
  for (;;) {
    const claimed = await tryToClaim(prisma, claim);
    if (claimed !== "lost-race") return claimed;
  }
}

type ClaimRow = { readonly isFound: boolean } & { readonly [F in keyof JobRow]: JobRow[F] | null };

async function tryToClaim(prisma: PrismaClient, claim: SubmissionClaim): Promise<SubmittingJob | "lost-race" | null> {
  try {
    const [row] = await prisma.$queryRaw<ClaimRow[]>(claimSql(claim));
    if (!row?.isFound) return null;
    if (row.id === null) return "lost-race";
    const job = rowToJob(row as JobRow);
    return job.state === "submitting" ? job : null;
  } catch (error) {
    if (violatesUnique(error, "jobs_in_doubt_key")) return "lost-race";
    throw error;
  }
}

/**
 * One statement has one snapshot, and a lock taken inside it does not renew the snapshot. So the concurrency limit is guarded by the
 * connection's version (optimistic lock): every claim increments it, and a claim whose snapshot is older changes nothing. Only claims raise
 * the number of jobs in flight.
 *
 * `keys` jumps through the index from one exporter and format to the next, and `next` reads the first due job of each. So the claim costs
 * the same however many jobs are pending.
 */
function claimSql({ scope, now, fencingToken, pollBy }: SubmissionClaim): Prisma.Sql {
  return Prisma.sql`
    WITH RECURSIVE room AS MATERIALIZED (
      SELECT c.name, c.version FROM connections c
      WHERE ${mayCall(scope)} AND c.max_concurrent_jobs > (
        SELECT count(*) FROM jobs f
        WHERE f.connection = c.name AND (f.state = 'submitting' OR f.state = 'waiting' OR f.state = 'running'))
    ), keys AS (
      SELECT r.name, r.version, k.exporter, k.output_format FROM room r CROSS JOIN LATERAL (
        SELECT j.exporter, j.output_format FROM jobs j WHERE j.connection = r.name AND j.state = 'pending'
        ORDER BY j.exporter, j.output_format LIMIT 1) k
      UNION ALL
      SELECT p.name, p.version, k.exporter, k.output_format FROM keys p CROSS JOIN LATERAL (
        SELECT j.exporter, j.output_format FROM jobs j
        WHERE j.connection = p.name AND j.state = 'pending' AND (j.exporter, j.output_format) > (p.exporter, p.output_format)
        ORDER BY j.exporter, j.output_format LIMIT 1) k
    ), next AS MATERIALIZED (
      SELECT p.id, k.name, k.version FROM keys k CROSS JOIN LATERAL (
        SELECT j.id, j.created_at, j.from_date, j.chunk FROM jobs j
        WHERE j.connection = k.name AND j.state = 'pending' AND j.exporter = k.exporter AND j.output_format = k.output_format
          AND (j.not_before IS NULL OR j.not_before <= ${instant(now)})
        ORDER BY j.created_at, j.from_date, j.chunk, j.id LIMIT 1) p
      WHERE NOT EXISTS (
        SELECT FROM jobs s WHERE s.connection = k.name AND s.state = 'submitting'
          AND s.exporter = k.exporter AND s.output_format = k.output_format)
      ORDER BY p.created_at, p.from_date, p.chunk, p.id LIMIT 1
    ), admitted AS (
      UPDATE connections c SET version = c.version + 1, next_poll_at = least(c.next_poll_at, ${instant(pollBy)})
      FROM next n WHERE c.name = n.name AND c.version = n.version
      RETURNING n.id
    ), claimed AS (
      UPDATE jobs j SET state = 'submitting', version = j.version + 1, fencing_token = ${fencingToken}, intent_at = ${instant(now)}
      FROM admitted a WHERE j.id = a.id AND j.state = 'pending'
      RETURNING j.*
    ), line AS (
      INSERT INTO job_transitions (job, version, from_state, to_state, event)
      SELECT id, version, 'pending', 'submitting', 'submit' FROM claimed
    )
    SELECT EXISTS (SELECT FROM next) AS "isFound", ${jobColumns("j")} FROM (SELECT) one LEFT JOIN claimed j ON true`;
}

function mayCall(scope: ClaimScope): Prisma.Sql {
  if (scope === "closed-breakers") {
    return Prisma.sql`NOT EXISTS (SELECT FROM circuit_breakers b WHERE b.kind = 'connection' AND b.name = c.name)`;
  }
  const names = scope.probing.filter(({ kind }) => kind === "connection").map(({ name }) => name);
  return Prisma.sql`c.name = ANY(${names}::text[])`;
}
