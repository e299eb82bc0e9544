import { warnBefore } from "../core/alerts/deadline-warning.ts";
import { isRunId } from "../core/base/ids.ts";
import type { ClaimScope, ClaimedResult, ResultClaim } from "../core/persistence/job-repository.ts";
import { type ArtifactColumns, ARTIFACT_COLUMNS, readArtifact } from "./artifact-columns.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { jobColumns } from "./job-columns.ts";
import { instant } from "./instant.ts";
import { type JobRow, rowToJob } from "./row-to-job.ts";

/**
 * Results near their deadline that are only on the server come first. Each of the two searches walks along one index and stops at the first
 * row that no other process has locked.
 */
export async function claimReady(prisma: PrismaClient, claim: ResultClaim): Promise<ClaimedResult | null> {
  const { id, scope, now, fencingToken, leaseUntil } = claim;
  // Ids of jobs are UUIDs like those of runs. PostgreSQL refuses to compare a UUID with anything else.
  if (id !== null && !isRunId(id)) return null;
  const named = id === null ? Prisma.sql`true` : Prisma.sql`j.id = ${id}::uuid`;
  const isDue = Prisma.sql`j.state = 'ready' AND ${named} AND (j.not_before IS NULL OR j.not_before <= ${instant(now)}) AND ${mayUse(scope)}`;
  const [row] = await prisma.$queryRaw<(JobRow & ArtifactColumns)[]>`
    WITH urgent AS MATERIALIZED (
      SELECT j.id FROM jobs j
      WHERE j.quarantine IS NULL AND j.deadline < ${instant(warnBefore(now))} AND ${isDue}
      ORDER BY j.deadline, j.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ), other AS MATERIALIZED (
      SELECT j.id FROM jobs j
      WHERE NOT EXISTS (SELECT FROM urgent) AND ${isDue}
      ORDER BY j.deadline, j.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE jobs j SET state = 'archiving', version = j.version + 1, fencing_token = ${fencingToken}, lease_until = ${instant(leaseUntil)}
      FROM (SELECT id FROM urgent UNION ALL SELECT id FROM other) n WHERE j.id = n.id
      RETURNING j.*
    ), line AS (
      INSERT INTO job_transitions (job, version, from_state, to_state, event, job_id)
      SELECT id, version, 'ready', 'archiving', 'claimed', job_id FROM claimed
    )
    SELECT ${jobColumns("j")}, ${ARTIFACT_COLUMNS} FROM claimed j LEFT JOIN artifacts a ON a.job = j.id`;
  const job = row ? rowToJob(row) : null;
  return row && job?.state === "archiving" ? { job, artifact: readArtifact(row) } : null;
}

/** A job needs its destination, and its connection unless its result was quarantined. */
function mayUse(scope: ClaimScope): Prisma.Sql {
  const probing = scope === "closed-breakers" ? [] : scope.probing;
  const namesOf = (wanted: string) => probing.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const destinations = namesOf("destination");
  const connections = namesOf("connection");
  const breaker = (kind: string, column: Prisma.Sql) =>
    Prisma.sql`EXISTS (SELECT FROM circuit_breakers b WHERE b.kind = ${kind} AND b.name = ${column})`;
  const isUsable = Prisma.sql`
    (j.destination = ANY(${destinations}::text[]) OR NOT ${breaker("destination", Prisma.sql`j.destination`)})
    AND (j.quarantine IS NOT NULL OR j.connection = ANY(${connections}::text[]) OR NOT ${breaker("connection", Prisma.sql`j.connection`)})`;
  if (scope === "closed-breakers") return isUsable;
  const isProbe = Prisma.sql`(j.destination = ANY(${destinations}::text[]) OR (j.quarantine IS NULL AND j.connection = ANY(${connections}::text[])))`;
  return Prisma.sql`${isUsable} AND ${isProbe}`;
}
