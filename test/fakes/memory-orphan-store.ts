import type { Orphan } from "../../src/core/orphan.ts";
import type { OrphanStore } from "../../src/core/stores.ts";
import { type MemoryTables, compare } from "./memory-tables.ts";

export function createMemoryOrphanStore({ orphans, connections }: MemoryTables): OrphanStore {
  const all = () => [...orphans.values()];
  const byUrgency = (a: Orphan, b: Orphan) => a.deadline.getTime() - b.deadline.getTime() || compare(a.id, b.id);
  return {
    known: async (connection, ids) => {
      const own = all().filter((orphan) => orphan.connection === connection);
      return new Set(own.map(({ vendorJobId }) => vendorJobId).filter((id) => ids.includes(id)));
    },
    add: async (orphan) => {
      if (!connections.has(orphan.connection)) throw new Error(`orphans_connection_fkey: no connection ${orphan.connection}`);
      const isKnown = all().some((one) => one.connection === orphan.connection && one.vendorJobId === orphan.vendorJobId);
      if (!isKnown) orphans.set(orphan.id, orphan);
      return !isKnown;
    },
    listFound: async ({ connections: names, now, limit }) =>
      all()
        .filter((orphan) => orphan.state === "found")
        .filter((orphan) => names.includes(orphan.connection) && (orphan.notBefore === null || orphan.notBefore <= now))
        .sort(byUrgency)
        .slice(0, limit),
    move: async (before, after) => {
      const stored = orphans.get(before.id);
      if (stored?.state !== before.state || stored.version !== before.version) return false;
      orphans.set(after.id, after);
      return true;
    },
    extendLease: async (id, token, leaseUntil) => {
      const orphan = orphans.get(id);
      if (orphan?.state !== "rescuing" || orphan.token !== token) return false;
      orphans.set(id, { ...orphan, leaseUntil });
      return true;
    },
    listExpiredLeases: async (now, limit) =>
      all()
        .filter((orphan) => orphan.state === "rescuing")
        .filter(({ leaseUntil }) => leaseUntil <= now)
        .sort((a, b) => a.leaseUntil.getTime() - b.leaseUntil.getTime() || compare(a.id, b.id))
        .slice(0, limit),
    list: async (limit) =>
      all()
        .sort((a, b) => b.foundAt.getTime() - a.foundAt.getTime() || compare(b.id, a.id))
        .slice(0, limit),
  };
}
