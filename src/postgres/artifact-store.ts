import type { JobId, RunId } from "../core/ids.ts";
import type { Artifact, ArtifactStore } from "../core/stores.ts";
import type { Artifact as ArtifactRow, PrismaClient } from "./generated/client.ts";
import { OLDEST_FIRST } from "./job-order.ts";
import { readStaged, toJson } from "./json-columns.ts";

export function createArtifactStore(prisma: PrismaClient): ArtifactStore {
  return {
    stage: (artifact) => stage(prisma, artifact),
    markCommitted: (jobId, uploadId, at) => markCommitted(prisma, { jobId, uploadId }, at),
    find: async (jobId) => {
      const row = await prisma.artifact.findUnique({ where: { jobId } });
      return row && rowToArtifact(row);
    },
    listOfRun: (runId) => listOfRun(prisma, runId),
    forget: async (jobId) => {
      await prisma.artifact.deleteMany({ where: { jobId } });
    },
  };
}

async function stage(prisma: PrismaClient, { jobId, uri, result, committedAt }: Artifact): Promise<void> {
  const columns = { uri, staged: toJson(result), committedAt };
  await prisma.artifact.upsert({ where: { jobId }, create: { jobId, ...columns }, update: columns });
}

/** Publishing again after a crash keeps the time of the first commit. */
async function markCommitted(
  prisma: PrismaClient,
  { jobId, uploadId }: { readonly jobId: JobId; readonly uploadId: string },
  at: Date,
): Promise<boolean> {
  const staged = { jobId, staged: { path: ["uploadId"], equals: uploadId } };
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

function rowToArtifact({ jobId, uri, staged, committedAt }: ArtifactRow): Artifact {
  return { jobId: jobId as JobId, uri, result: readStaged({ table: "artifacts", id: jobId }, staged), committedAt };
}
