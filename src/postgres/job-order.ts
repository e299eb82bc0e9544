import type { StateName } from "../core/jobs/job.ts";
import { Prisma } from "./generated/client.ts";

/** Jobs of one run are created at the same instant; their dates then decide the order. */
export const OLDEST_FIRST = [
  { createdAt: "asc" },
  { fromDate: "asc" },
  { chunk: "asc" },
  { id: "asc" },
] satisfies Prisma.JobOrderByWithRelationInput[];

export const MOST_URGENT_FIRST = [{ deadline: "asc" }, { id: "asc" }] satisfies Prisma.JobOrderByWithRelationInput[];

/** Rows that do not have to wait longer than `now`. */
export function isDueAt(now: Date) {
  return { OR: [{ notBefore: null }, { notBefore: { lte: now } }] };
}

const OPEN: readonly StateName[] = ["pending", "submitting", "waiting", "running", "ready", "archiving"];

/** SQL for jobs that have not ended. */
export function isOpen(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`${column} IN (${Prisma.join(OPEN)})`;
}

/** One branch for each state, so that PostgreSQL can use the partial index of each. */
export function inStates(states: readonly StateName[]): Prisma.JobWhereInput {
  return { OR: states.map((state) => ({ state })) };
}
