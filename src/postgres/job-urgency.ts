import { RETENTION_MS } from "../core/jobs/deadline.ts";
import type { Job } from "../core/jobs/job.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { MOST_URGENT_FIRST, inStates } from "./job-order.ts";
import { rowToJob } from "./row-to-job.ts";

const ON_THE_SERVER_ONLY = { quarantine: { equals: Prisma.DbNull } } satisfies Prisma.JobWhereInput;

export async function listNearDeadline(prisma: PrismaClient, before: Date, limit: number): Promise<Job[]> {
  const finished = await prisma.job.findMany({
    where: { ...inStates(["ready", "archiving"]), ...ON_THE_SERVER_ONLY, deadline: { lt: before } },
    orderBy: MOST_URGENT_FIRST,
    take: limit,
  });
  const unseenSince = new Date(before.getTime() - RETENTION_MS);
  const unseen = await prisma.job.findMany({
    where: { ...inStates(["waiting", "running"]), lastSeenInFlightAt: { lt: unseenSince } },
    orderBy: [{ lastSeenInFlightAt: "asc" }, { id: "asc" }],
    take: limit,
  });
  return [...finished, ...unseen].slice(0, limit).map(rowToJob);
}
