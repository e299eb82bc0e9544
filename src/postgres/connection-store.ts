import type { ConnectionStore, LookTurn } from "../core/stores.ts";
import type { PrismaClient } from "./generated/client.ts";

const NEVER_LOOKED: LookTurn = { nextLookAt: null, failedLooks: 0 };

export function createConnectionStore(prisma: PrismaClient): ConnectionStore {
  return {
    turn: async (name) =>
      (await prisma.connection.findUnique({ where: { name }, select: { nextLookAt: true, failedLooks: true } })) ?? NEVER_LOOKED,
    takeTurn: (name, now, until) => takeTurn(prisma, name, { now, until }),
    setTurn: (name, turn) => setTurn(prisma, name, turn),
    refusedLogins: async (name) =>
      (await prisma.connection.findUnique({ where: { name }, select: { refusedLogins: true } }))?.refusedLogins ?? 0,
    recordLogin: (name, outcome) => recordLogin(prisma, name, outcome),
  };
}

/** A connection without a planned look may be looked at: its plan can be lost to a race, and a look too many does no harm. */
async function takeTurn(
  prisma: PrismaClient,
  name: string,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<boolean> {
  const { count } = await prisma.connection.updateMany({
    where: { name, OR: [{ nextLookAt: null }, { nextLookAt: { lte: now } }] },
    data: { nextLookAt: until },
  });
  return count === 1;
}

async function setTurn(prisma: PrismaClient, name: string, { nextLookAt, failedLooks }: LookTurn): Promise<void> {
  const { count } = await prisma.connection.updateMany({ where: { name }, data: { nextLookAt, failedLooks } });
  if (count === 0) throw new Error(`the tables have no connection ${name}; sync the configuration first`);
}

async function recordLogin(prisma: PrismaClient, name: string, outcome: "accepted" | "refused"): Promise<number> {
  if (outcome === "accepted") {
    // Most logins follow an accepted one: nothing is written then.
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
