import { endangeredBefore } from "../core/danger.ts";
import { RETENTION_MS } from "../core/deadline.ts";
import type { Job } from "../core/job.ts";
import type { ReadyQuery } from "../core/stores.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { MOST_URGENT_FIRST, inStates, mayGoOnAt } from "./job-order.ts";
import { rowToJob } from "./row-to-job.ts";

const ON_THE_SERVER_ONLY = { rescue: { equals: Prisma.DbNull } } satisfies Prisma.JobWhereInput;

/** Those in danger first, in a query of their own, so that each query is a walk along one index. */
export async function listReady(prisma: PrismaClient, { now, closed, limit }: ReadyQuery): Promise<Job[]> {
  const ready: Prisma.JobWhereInput = {
    state: "ready",
    destination: { notIn: [...closed.destinations] },
    AND: [mayGoOnAt(now), { OR: [{ connectionName: { notIn: [...closed.connections] } }, { NOT: ON_THE_SERVER_ONLY }] }],
  };
  const find = async (where: Prisma.JobWhereInput, take: number) =>
    (await prisma.job.findMany({ where: { ...ready, ...where }, orderBy: MOST_URGENT_FIRST, take })).map(rowToJob);
  const endangered = await find({ ...ON_THE_SERVER_ONLY, deadline: { lt: endangeredBefore(now) } }, limit);
  if (endangered.length === limit) return endangered;
  const known = new Set(endangered.map(({ id }) => id));
  const others = (await find({}, limit)).filter(({ id }) => !known.has(id));
  return [...endangered, ...others].slice(0, limit);
}

export async function listEndangered(prisma: PrismaClient, before: Date, limit: number): Promise<Job[]> {
  const finished = await prisma.job.findMany({
    where: { ...inStates(["ready", "archiving"]), ...ON_THE_SERVER_ONLY, deadline: { lt: before } },
    orderBy: MOST_URGENT_FIRST,
    take: limit,
  });
  const unseenSince = new Date(before.getTime() - RETENTION_MS);
  const unseen = await prisma.job.findMany({
    where: { ...inStates(["waiting", "running"]), lastSeenAliveAt: { lt: unseenSince } },
    orderBy: [{ lastSeenAliveAt: "asc" }, { id: "asc" }],
    take: limit,
  });
  return [...finished, ...unseen].slice(0, limit).map(rowToJob);
}
