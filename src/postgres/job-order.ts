import type { StateName } from "../core/job.ts";
import { Prisma } from "./generated/client.ts";

/** Jobs of one run are created at one instant: then their dates decide. */
export const OLDEST_FIRST = [
  { createdAt: "asc" },
  { fromDate: "asc" },
  { part: "asc" },
  { id: "asc" },
] satisfies Prisma.JobOrderByWithRelationInput[];

export const MOST_URGENT_FIRST = [{ deadline: "asc" }, { id: "asc" }] satisfies Prisma.JobOrderByWithRelationInput[];

export function mayGoOnAt(now: Date) {
  return { OR: [{ notBefore: null }, { notBefore: { lte: now } }] };
}

const OPEN: readonly StateName[] = ["pending", "submitting", "waiting", "running", "ready", "archiving"];

/** SQL that holds for jobs that are not over. */
export function isOpen(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`${column} IN (${Prisma.join(OPEN)})`;
}

/** One branch for each state: so PostgreSQL can use the partial index of each. */
export function inStates(states: readonly StateName[]): Prisma.JobWhereInput {
  return { OR: states.map((state) => ({ state })) };
}
