import type { Orphan } from "../../src/core/quarantine/orphan.ts";
import type { OrphanRepository } from "../../src/core/persistence/orphan-repository.ts";
import { type MemoryTables, compare } from "./memory-tables.ts";

export function createMemoryOrphanRepository({ orphans, connections }: MemoryTables): OrphanRepository {
  const all = () => [...orphans.values()];
  const byUrgency = (a: Orphan, b: Orphan) => a.deadline.getTime() - b.deadline.getTime() || compare(a.id, b.id);
  return {
    known: async (connection, ids) => {
      const own = all().filter((orphan) => orphan.connection === connection);
      return new Set(own.map(({ jobId }) => jobId).filter((id) => ids.includes(id)));
    },
    add: async (orphan) => {
      if (!connections.has(orphan.connection)) throw new Error(`orphans_connection_fkey: no connection ${orphan.connection}`);
      const isKnown = all().some((one) => one.connection === orphan.connection && one.jobId === orphan.jobId);
      if (!isKnown) orphans.set(orphan.id, orphan);
      return !isKnown;
    },
    listFound: async ({ connections: names, now, limit }) =>
      all()
        .filter((orphan) => orphan.state === "found")
        .filter((orphan) => names.includes(orphan.connection) && (orphan.notBefore === null || orphan.notBefore <= now))
        .sort(byUrgency)
        .slice(0, limit),
    transition: async (before, after) => {
      const stored = orphans.get(before.id);
      if (stored?.state !== before.state || stored.version !== before.version) return false;
      orphans.set(after.id, after);
      return true;
    },
    extendLease: async (id, fencingToken, leaseUntil) => {
      const orphan = orphans.get(id);
      if (orphan?.state !== "copying" || orphan.fencingToken !== fencingToken) return false;
      orphans.set(id, { ...orphan, leaseUntil });
      return true;
    },
    listExpiredLeases: async (now, limit) =>
      all()
        .filter((orphan) => orphan.state === "copying")
        .filter(({ leaseUntil }) => leaseUntil <= now)
        .sort((a, b) => a.leaseUntil.getTime() - b.leaseUntil.getTime() || compare(a.id, b.id))
        .slice(0, limit),
  };
}
