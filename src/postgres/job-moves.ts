import { type AliveJobs, type Admission, decideAdmission } from "../core/budget.ts";
import { ALIVE_ON_SERVER, type Job } from "../core/job.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { historyLine } from "./history-line.ts";
import { inStates } from "./job-order.ts";
import { jobToRow, moveToRow } from "./job-to-row.ts";

/** Stores a move with its line of history, if the job is still what it was. */
export async function storeMove(prisma: PrismaClient, before: Job, after: Job, event: string): Promise<boolean> {
  try {
    return await prisma.$transaction((tx) => fencedMove(tx, { before, after, event }));
  } catch (error) {
    // Somebody else has adopted the same job of the server: that, too, is being slower.
    if (violates(error, "jobs_connection_vendor_job_id_key")) return false;
    throw error;
  }
}

/** In one step: what a job asked for is never asked for by nobody, nor by two. */
export async function storeSplit(
  prisma: PrismaClient,
  before: Job,
  { after, pieces }: { readonly after: Job; readonly pieces: readonly Job[] },
): Promise<boolean> {
  return await prisma.$transaction(async (tx) => {
    if (!(await fencedMove(tx, { before, after, event: "split" }))) return false;
    await tx.job.createMany({ data: pieces.map(jobToRow) });
    await tx.jobMove.createMany({ data: pieces.map((piece) => historyLine(null, piece, "cut")) });
    return true;
  });
}

type BudgetedMove = "moved" | "lost-race" | Exclude<Admission, "admit">;

/** One submit of a connection is admitted after the other: its row is the lock. */
export async function storeMoveWithinBudget(prisma: PrismaClient, before: Job, after: Job, budget: number): Promise<BudgetedMove> {
  return await prisma.$transaction(async (tx) => {
    // Not FOR UPDATE, which would also hold up the creation of jobs, because they refer to the row.
    await tx.$queryRaw`SELECT FROM connections WHERE name = ${before.connection} FOR NO KEY UPDATE`;
    const alive = await findAlive(tx, before.connection);
    if (alive.some((row) => row.id === before.id)) return "lost-race";
    const admission = decideAdmission(before, summarize(alive), budget);
    if (admission !== "admit") return admission;
    return (await fencedMove(tx, { before, after, event: "submit" })) ? "moved" : "lost-race";
  });
}

interface Move {
  readonly before: Job;
  readonly after: Job;
  readonly event: string;
}

async function fencedMove(tx: Prisma.TransactionClient, { before, after, event }: Move): Promise<boolean> {
  const { count } = await tx.job.updateMany({
    where: { id: before.id, state: before.state, version: before.version },
    data: moveToRow(after),
  });
  if (count === 0) return false;
  await tx.jobMove.createMany({ data: [historyLine(before, after, event)] });
  return true;
}

export async function aliveJobs(prisma: PrismaClient, connection: string): Promise<AliveJobs> {
  return summarize(await findAlive(prisma, connection));
}

interface AliveRow {
  readonly id: string;
  readonly state: string;
  readonly exporter: string;
  readonly outputFormat: string;
}

async function findAlive(db: Prisma.TransactionClient, connection: string): Promise<AliveRow[]> {
  return await db.job.findMany({
    where: { connectionName: connection, ...inStates(ALIVE_ON_SERVER) },
    select: { id: true, state: true, exporter: true, outputFormat: true },
  });
}

function summarize(rows: readonly AliveRow[]): AliveJobs {
  const unsettled = rows.filter(({ state }) => state === "submitting").map(({ exporter, outputFormat }) => ({ exporter, outputFormat }));
  return { count: rows.length, unsettled };
}

function violates(error: unknown, index: string): boolean {
  return (
    error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002" && JSON.stringify(error.meta).includes(`"${index}"`)
  );
}
