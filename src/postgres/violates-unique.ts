import { Prisma } from "./generated/client.ts";

/** Whether an error is the violation of this unique index. Prisma reports it in one form for its own queries, in another for raw SQL. */
export function violatesUnique(error: unknown, index: string): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  const isViolation = error.code === "P2002" || (error.code === "P2010" && JSON.stringify(error.meta).includes("23505"));
  return isViolation && JSON.stringify(error.meta).includes(index);
}
