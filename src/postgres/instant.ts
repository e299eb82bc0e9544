import { Prisma } from "./generated/client.ts";

/** As text with its offset: PostgreSQL would read a parameter of type Date in the session's time zone. */
export function instant(at: Date | null): Prisma.Sql {
  return Prisma.sql`${at?.toISOString() ?? null}::timestamptz`;
}
