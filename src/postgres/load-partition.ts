import type { JobFacts } from "../core/jobs/job.ts";
import type { PartitionRows } from "../core/persistence/job-repository.ts";
import { type ArtifactColumns, ARTIFACT_COLUMNS, readArtifact } from "./artifact-columns.ts";
import type { PrismaClient } from "./generated/client.ts";
import { jobColumns } from "./job-columns.ts";
import { type JobRow, rowToJob } from "./row-to-job.ts";
import { rowToRun } from "./row-to-run.ts";

/** One statement, so that the jobs and the claims of other workers are read at the same instant, after the caller's own claim. */
export async function loadPartition(prisma: PrismaClient, job: JobFacts): Promise<PartitionRows> {
  const { from, to } = job.partition;
  const found = await prisma.$queryRaw<(JobRow & ArtifactColumns & { readonly isShared: boolean })[]>`
    SELECT ${jobColumns("j")}, ${ARTIFACT_COLUMNS}, EXISTS (
      SELECT FROM jobs o
      WHERE o.state = 'archiving' AND o.id <> ${job.id}::uuid AND o.export = ${job.exportName}
        AND o.partition_from = ${from} AND o.partition_to = ${to}) AS "isShared"
    FROM jobs j LEFT JOIN artifacts a ON a.job = j.id
    WHERE j.run_id = ${job.runId}::uuid AND j.partition_from = ${from} AND j.partition_to = ${to} AND j.state <> 'split'
    ORDER BY j.chunk, j.id`;
  const run = await prisma.run.findUniqueOrThrow({ where: { id: job.runId } });
  return {
    run: rowToRun(run),
    chunks: found.map((row) => ({ job: rowToJob(row), artifact: readArtifact(row) })),
    isShared: found.some(({ isShared }) => isShared),
  };
}
