import type { JobRowId, RunId } from "../core/base/ids.ts";
import type { Artifact } from "../core/jobs/artifact.ts";
import type { ArtifactRepository } from "../core/persistence/artifact-repository.ts";
import type { Artifact as ArtifactRow, PrismaClient } from "./generated/client.ts";
import { OLDEST_FIRST } from "./job-order.ts";
import { readStaged, toJson } from "./json-columns.ts";

export function createArtifactRepository(prisma: PrismaClient): ArtifactRepository {
  return {
    stage: (artifact) => stage(prisma, artifact),
    markCommitted: (jobRowId, uploadId, at) => markCommitted(prisma, { jobRowId, uploadId }, at),
    find: async (jobRowId) => {
      const row = await prisma.artifact.findUnique({ where: { jobRowId } });
      return row && rowToArtifact(row);
    },
    listOfRun: (runId) => listOfRun(prisma, runId),
    forget: async (jobRowId) => {
      await prisma.artifact.deleteMany({ where: { jobRowId } });
    },
  };
}

async function stage(prisma: PrismaClient, { jobRowId, uri, result, committedAt }: Artifact): Promise<void> {
  const columns = { uri, staged: toJson(result), committedAt };
  await prisma.artifact.upsert({ where: { jobRowId }, create: { jobRowId, ...columns }, update: columns });
}

/** The time of the first commit stays when a worker publishes again after a crash. */
async function markCommitted(
  prisma: PrismaClient,
  { jobRowId, uploadId }: { readonly jobRowId: JobRowId; readonly uploadId: string },
  at: Date,
): Promise<boolean> {
  const staged = { jobRowId, staged: { path: ["uploadId"], equals: uploadId } };
  const { count } = await prisma.artifact.updateMany({ where: { ...staged, committedAt: null }, data: { committedAt: at } });
  return count > 0 || (await prisma.artifact.count({ where: staged })) > 0;
}

/** In the order of the run's jobs. */
async function listOfRun(prisma: PrismaClient, runId: RunId): Promise<Artifact[]> {
  const jobs = await prisma.job.findMany({
    where: { runId, artifact: { isNot: null } },
    orderBy: OLDEST_FIRST,
    select: { artifact: true },
  });
  return jobs.flatMap(({ artifact }) => (artifact ? [rowToArtifact(artifact)] : []));
}

function rowToArtifact({ jobRowId, uri, staged, committedAt }: ArtifactRow): Artifact {
  return { jobRowId: jobRowId as JobRowId, uri, result: readStaged({ table: "artifacts", id: jobRowId }, staged), committedAt };
}
