import type { DutyStore } from "../core/stores.ts";
import type { PrismaClient } from "./generated/client.ts";

export function createDutyStore(prisma: PrismaClient): DutyStore {
  return {
    take: async (duty, now, until) => {
      const taken = await prisma.$executeRaw`
        INSERT INTO duties (name, due_at) VALUES (${duty}, ${until})
        ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE duties.due_at <= ${now}`;
      return taken === 1;
    },
  };
}
