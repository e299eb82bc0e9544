import { NOTHING_LEARNED } from "../../src/core/learned-size.ts";
import type { ArtifactStore, ConnectionStore, DutyStore, ExportStore, ProcessStore, Stores } from "../../src/core/stores.ts";
import { createMemoryAlarmStore } from "./memory-alarm-store.ts";
import { createMemoryJobStore } from "./memory-job-store.ts";
import { createMemoryOrphanStore } from "./memory-orphan-store.ts";
import { createMemoryOutageStore } from "./memory-outage-store.ts";
import { createMemoryRunStore, insertRun } from "./memory-run-store.ts";
import { type MemoryTables, byAge, createMemoryTables, isSameTime } from "./memory-tables.ts";

/**
 * The stores in memory, held to the same contract as PostgreSQL's. Like them it wants to know connections and exports
 * (`exports.sync`) before runs and jobs refer to them.
 */
export function createMemoryStores({
  now = () => new Date(),
  tables = createMemoryTables(),
}: { readonly now?: () => Date; readonly tables?: MemoryTables } = {}): Stores {
  return {
    exports: createMemoryExportStore(tables),
    connections: createMemoryConnectionStore(tables),
    runs: createMemoryRunStore(tables, now),
    jobs: createMemoryJobStore(tables, now),
    artifacts: createMemoryArtifactStore(tables),
    processes: createMemoryProcessStore(tables),
    outages: createMemoryOutageStore(tables),
    orphans: createMemoryOrphanStore(tables),
    alarms: createMemoryAlarmStore(tables),
    duties: createMemoryDutyStore(tables),
  };
}

function createMemoryExportStore(tables: MemoryTables): ExportStore {
  const { connections, exports } = tables;
  const advance = (name: string, seen: Date | null, next: Date | null): boolean => {
    const stored = exports.get(name);
    if (!stored?.isConfigured || !isSameTime(stored.nextDueAt, seen)) return false;
    exports.set(name, { ...stored, nextDueAt: next });
    return true;
  };
  return {
    sync: async (configured, definitions) => {
      for (const connection of configured) {
        const known = connections.get(connection.name);
        const refusedLogins = known?.loginVersion === connection.loginVersion ? known.refusedLogins : 0;
        const turn = { nextLookAt: known?.nextLookAt ?? null, failedLooks: known?.failedLooks ?? 0 };
        connections.set(connection.name, { ...connection, ...turn, refusedLogins });
      }
      for (const [name, stored] of exports) exports.set(name, { ...stored, isConfigured: false });
      for (const { name, connection, exporter, schedule } of definitions) {
        if (!connections.has(connection)) throw new Error(`exports_connection_fkey: no connection ${connection}`);
        const before = exports.get(name);
        const isSame = before?.schedule?.cron === schedule?.cron && before?.schedule?.timeZone === schedule?.timeZone;
        const nextDueAt = isSame ? (before?.nextDueAt ?? null) : null;
        const size = before?.connection === connection && before.exporter === exporter ? before.size : NOTHING_LEARNED;
        exports.set(name, { schedule, isConfigured: true, nextDueAt, connection, exporter, size });
      }
      for (const [name, stored] of exports) if (!stored.isConfigured) exports.set(name, { ...stored, nextDueAt: null });
    },
    due: async (name) => {
      const stored = exports.get(name);
      return stored ? { name, nextDueAt: stored.nextDueAt } : null;
    },
    advance: async (name, seen, next) => advance(name, seen, next),
    size: async (name) => exports.get(name)?.size ?? NOTHING_LEARNED,
    setSize: async (name, size) => {
      const stored = exports.get(name);
      if (stored) exports.set(name, { ...stored, size });
    },
    claimSlots: async (name, seen, next, runs) => {
      if (!advance(name, seen, next)) return false;
      for (const run of runs) insertRun(tables, run);
      return true;
    },
  };
}

function createMemoryConnectionStore({ connections }: MemoryTables): ConnectionStore {
  return {
    turn: async (name) => {
      const { nextLookAt, failedLooks } = connections.get(name) ?? { nextLookAt: null, failedLooks: 0 };
      return { nextLookAt, failedLooks };
    },
    takeTurn: async (name, now, until) => {
      const stored = connections.get(name);
      if (!stored || (stored.nextLookAt !== null && stored.nextLookAt > now)) return false;
      connections.set(name, { ...stored, nextLookAt: until });
      return true;
    },
    setTurn: async (name, { nextLookAt, failedLooks }) => {
      const stored = connections.get(name);
      if (!stored) throw new Error(`the tables have no connection ${name}; sync the configuration first`);
      connections.set(name, { ...stored, nextLookAt, failedLooks });
    },
    refusedLogins: async (name) => connections.get(name)?.refusedLogins ?? 0,
    recordLogin: async (name, outcome) => {
      const stored = connections.get(name);
      const refusedLogins = outcome === "accepted" ? 0 : (stored?.refusedLogins ?? 0) + 1;
      if (stored) connections.set(name, { ...stored, refusedLogins });
      return refusedLogins;
    },
  };
}

function createMemoryArtifactStore({ artifacts, jobs }: MemoryTables): ArtifactStore {
  return {
    stage: async (artifact) => {
      if (!jobs.has(artifact.jobId)) throw new Error(`artifacts_job_id_fkey: no job ${artifact.jobId}`);
      artifacts.set(artifact.jobId, artifact);
    },
    markCommitted: async (jobId, uploadId, at) => {
      const artifact = artifacts.get(jobId);
      if (artifact?.result.uploadId !== uploadId) return false;
      artifacts.set(jobId, { ...artifact, committedAt: artifact.committedAt ?? at });
      return true;
    },
    find: async (jobId) => artifacts.get(jobId) ?? null,
    listOfRun: async (runId) =>
      jobs
        .ofRun(runId)
        .sort(byAge)
        .flatMap((job) => artifacts.get(job.id) ?? []),
    forget: async (jobId) => {
      artifacts.delete(jobId);
    },
  };
}

function createMemoryProcessStore({ processes }: MemoryTables): ProcessStore {
  return {
    beat: async ({ id, roles, at }) => {
      processes.set(id, { roles, at });
    },
    remove: async (id) => {
      processes.delete(id);
    },
    rolesAliveSince: async (since) => new Set([...processes.values()].filter(({ at }) => at >= since).flatMap(({ roles }) => roles)),
  };
}

function createMemoryDutyStore({ duties }: MemoryTables): DutyStore {
  return {
    take: async (duty, now, until) => {
      const dueAt = duties.get(duty);
      if (dueAt && dueAt > now) return false;
      duties.set(duty, until);
      return true;
    },
  };
}
