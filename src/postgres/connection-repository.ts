import type { ClaimedPoll, ConnectionRepository } from "../core/persistence/connection-repository.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { instant } from "./instant.ts";

export function createConnectionRepository(prisma: PrismaClient): ConnectionRepository {
  return {
    claimPoll: (claim) => claimPoll(prisma, claim),
    setPollState: async (name, { nextPollAt, failedPolls }) => {
      const { count } = await prisma.connection.updateMany({ where: { name }, data: { nextPollAt, failedPolls } });
      if (count === 0) throw new Error(`the tables have no connection ${name}; sync the configuration first`);
    },
    pollBy: async (name, at) => {
      const where = { name, OR: [{ nextPollAt: null }, { nextPollAt: { gt: at } }] };
      return (await prisma.connection.updateMany({ where, data: { nextPollAt: at } })).count === 1;
    },
    planMissingPolls: (names, at) => planMissingPolls(prisma, names, at),
    refusedLogins: async (name) =>
      (await prisma.connection.findUnique({ where: { name }, select: { refusedLogins: true } }))?.refusedLogins ?? 0,
    recordLogin: (name, outcome) => recordLogin(prisma, name, outcome),
  };
}

type PollClaim = Parameters<ConnectionRepository["claimPoll"]>[0];

async function claimPoll(prisma: PrismaClient, { connection, now, until }: PollClaim): Promise<ClaimedPoll | null> {
  const named = connection === null ? Prisma.sql`true` : Prisma.sql`name = ${connection}`;
  const [claimed] = await prisma.$queryRaw<ClaimedPoll[]>`
    WITH due AS MATERIALIZED (
      SELECT name FROM connections WHERE next_poll_at <= ${instant(now)} AND ${named}
      ORDER BY next_poll_at, name LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE connections c SET next_poll_at = ${instant(until)} FROM due d WHERE c.name = d.name
    RETURNING c.name AS connection, c.failed_polls AS "failedPolls"`;
  return claimed ?? null;
}

/** The rows are locked in the order of their names, so that processes that do it at once do not deadlock. */
async function planMissingPolls(prisma: PrismaClient, names: readonly string[], at: Date): Promise<void> {
  await prisma.$executeRaw`
    WITH missing AS MATERIALIZED (
      SELECT c.name FROM connections c
      WHERE c.next_poll_at IS NULL AND (c.name = ANY(${[...names]}::text[]) OR EXISTS (
        SELECT FROM jobs j WHERE j.connection = c.name AND (j.state = 'submitting' OR j.state = 'waiting' OR j.state = 'running')))
      ORDER BY c.name FOR NO KEY UPDATE OF c
    )
    UPDATE connections c SET next_poll_at = ${instant(at)} FROM missing m WHERE c.name = m.name`;
}

async function recordLogin(prisma: PrismaClient, name: string, outcome: "accepted" | "refused"): Promise<number> {
  if (outcome === "accepted") {
    // Most logins follow an accepted one, and then there is nothing to write.
    await prisma.connection.updateMany({ where: { name, refusedLogins: { gt: 0 } }, data: { refusedLogins: 0 } });
    return 0;
  }
  const [row] = await prisma.connection.updateManyAndReturn({
    where: { name },
    data: { refusedLogins: { increment: 1 } },
    select: { refusedLogins: true },
  });
  return row?.refusedLogins ?? 1;
}
