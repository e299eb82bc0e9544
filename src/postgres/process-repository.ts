import { HOUR_MS } from "../core/base/clock.ts";
import { ROLES } from "../core/base/role.ts";
import type { ProcessRepository } from "../core/persistence/process-repository.ts";
import type { PrismaClient } from "./generated/client.ts";
import { readWord } from "./read-column.ts";

/** A killed process does not remove its row. The row is deleted after this time. */
const FORGET_AFTER_MS = 24 * HOUR_MS;

export function createProcessRepository(prisma: PrismaClient): ProcessRepository {
  return {
    heartbeat: async ({ id, roles, at }) => {
      const columns = { roles: [...roles], heartbeatAt: at };
      await prisma.process.upsert({ where: { id }, create: { id, ...columns }, update: columns });
      await prisma.process.deleteMany({ where: { heartbeatAt: { lt: new Date(at.getTime() - FORGET_AFTER_MS) } } });
    },
    remove: async (id) => {
      await prisma.process.deleteMany({ where: { id } });
    },
    rolesAliveSince: async (since) => {
      const rows = await prisma.process.findMany({ where: { heartbeatAt: { gte: since } } });
      return new Set(
        rows.flatMap(({ id, roles }) => roles.map((value) => readWord({ table: "processes", id }, "roles", { value, words: ROLES }))),
      );
    },
  };
}
