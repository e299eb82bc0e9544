import { HOUR_MS } from "../core/clock.ts";
import { ROLES } from "../core/role.ts";
import type { ProcessStore } from "../core/stores.ts";
import type { PrismaClient } from "./generated/client.ts";
import { readWord } from "./read-column.ts";

/** A process that was killed never removes itself; after this long nobody asks about it any more. */
const FORGET_AFTER_MS = 24 * HOUR_MS;

export function createProcessStore(prisma: PrismaClient): ProcessStore {
  return {
    beat: async ({ id, roles, at }) => {
      const columns = { roles: [...roles], beatAt: at };
      await prisma.process.upsert({ where: { id }, create: { id, ...columns }, update: columns });
      await prisma.process.deleteMany({ where: { beatAt: { lt: new Date(at.getTime() - FORGET_AFTER_MS) } } });
    },
    remove: async (id) => {
      await prisma.process.deleteMany({ where: { id } });
    },
    rolesAliveSince: async (since) => {
      const rows = await prisma.process.findMany({ where: { beatAt: { gte: since } } });
      return new Set(
        rows.flatMap(({ id, roles }) => roles.map((value) => readWord({ table: "processes", id }, "roles", { value, words: ROLES }))),
      );
    },
  };
}
