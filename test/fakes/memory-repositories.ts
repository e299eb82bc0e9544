import type { ArtifactRepository } from "../../src/core/persistence/artifact-repository.ts";
import type { ConnectionRepository } from "../../src/core/persistence/connection-repository.ts";
import type { ExportRepository } from "../../src/core/persistence/export-repository.ts";
import type { ProcessRepository } from "../../src/core/persistence/process-repository.ts";
import type { ReconcilePassRepository } from "../../src/core/persistence/reconcile-pass-repository.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { IN_FLIGHT } from "../../src/core/jobs/job.ts";
import { NOTHING_LEARNED } from "../../src/core/plan/learned-size.ts";
import { createMemoryAlertRepository } from "./memory-alert-repository.ts";
import { createMemoryBreakerRepository } from "./memory-breaker-repository.ts";
import { createMemoryJobRepository } from "./memory-job-repository.ts";
import { createMemoryOrphanRepository } from "./memory-orphan-repository.ts";
import { createMemoryRunRepository, insertRun } from "./memory-run-repository.ts";
import { type MemoryTables, byAge, compare, createMemoryTables, isSameTime } from "./memory-tables.ts";

/**
 * The repositories in memory, with the same contract as PostgreSQL's. Like PostgreSQL, they require that connections and exports are stored
 * (`exports.sync`) before runs and jobs refer to them.
 */
export function createMemoryRepositories({
  now = () => new Date(),
  tables = createMemoryTables(),
}: { readonly now?: () => Date; readonly tables?: MemoryTables } = {}): Repositories {
  return {
    exports: createMemoryExportRepository(tables),
    connections: createMemoryConnectionRepository(tables),
    runs: createMemoryRunRepository(tables, now),
    jobs: createMemoryJobRepository(tables, now),
    artifacts: createMemoryArtifactRepository(tables),
    processes: createMemoryProcessRepository(tables),
    breakers: createMemoryBreakerRepository(tables),
    orphans: createMemoryOrphanRepository(tables),
    alerts: createMemoryAlertRepository(tables),
    passes: createMemoryReconcilePassRepository(tables),
  };
}

function createMemoryExportRepository(tables: MemoryTables): ExportRepository {
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
        const state = { nextPollAt: known?.nextPollAt ?? null, failedPolls: known?.failedPolls ?? 0 };
        connections.set(connection.name, { ...connection, ...state, refusedLogins });
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
    listDue: async (now, limit) =>
      [...exports]
        .filter(([, { isConfigured, schedule }]) => isConfigured && schedule !== null)
        .map(([name, { nextDueAt }]) => ({ name, nextDueAt }))
        .filter(({ nextDueAt }) => nextDueAt === null || nextDueAt <= now)
        .sort((a, b) => (a.nextDueAt?.getTime() ?? 0) - (b.nextDueAt?.getTime() ?? 0) || compare(a.name, b.name))
        .slice(0, limit),
    claimScheduledTimes: async (name, seen, next, runs) => {
      if (!advance(name, seen, next)) return false;
      for (const run of runs) insertRun(tables, run);
      return true;
    },
    size: async (name) => exports.get(name)?.size ?? NOTHING_LEARNED,
    setSize: async (name, size) => {
      const stored = exports.get(name);
      if (stored) exports.set(name, { ...stored, size });
    },
  };
}

function createMemoryConnectionRepository({ connections, jobs }: MemoryTables): ConnectionRepository {
  return {
    claimPoll: async ({ connection, now, until }) => {
      const due = [...connections.values()]
        .filter(({ name, nextPollAt }) => nextPollAt !== null && nextPollAt <= now && (connection === null || name === connection))
        .sort((a, b) => (a.nextPollAt?.getTime() ?? 0) - (b.nextPollAt?.getTime() ?? 0) || compare(a.name, b.name));
      const [claimed] = due;
      if (!claimed) return null;
      connections.set(claimed.name, { ...claimed, nextPollAt: until });
      return { connection: claimed.name, failedPolls: claimed.failedPolls };
    },
    setPollState: async (name, { nextPollAt, failedPolls }) => {
      const stored = connections.get(name);
      if (!stored) throw new Error(`the tables have no connection ${name}; sync the configuration first`);
      connections.set(name, { ...stored, nextPollAt, failedPolls });
    },
    pollBy: async (name, at) => {
      const stored = connections.get(name);
      if (!stored || (stored.nextPollAt !== null && stored.nextPollAt <= at)) return false;
      connections.set(name, { ...stored, nextPollAt: at });
      return true;
    },
    planMissingPolls: async (names, at) => {
      const busy = new Set(
        jobs
          .open()
          .filter(({ state }) => IN_FLIGHT.includes(state))
          .map((job) => job.connection),
      );
      for (const [name, stored] of connections) {
        if (stored.nextPollAt === null && (names.includes(name) || busy.has(name))) connections.set(name, { ...stored, nextPollAt: at });
      }
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

function createMemoryArtifactRepository({ artifacts, jobs }: MemoryTables): ArtifactRepository {
  return {
    stage: async (artifact) => {
      if (!jobs.has(artifact.jobRowId)) throw new Error(`artifacts_job_fkey: no job ${artifact.jobRowId}`);
      artifacts.set(artifact.jobRowId, artifact);
    },
    markCommitted: async (jobRowId, uploadId, at) => {
      const artifact = artifacts.get(jobRowId);
      if (artifact?.result.uploadId !== uploadId) return false;
      artifacts.set(jobRowId, { ...artifact, committedAt: artifact.committedAt ?? at });
      return true;
    },
    find: async (jobRowId) => artifacts.get(jobRowId) ?? null,
    listOfRun: async (runId) =>
      jobs
        .ofRun(runId)
        .sort(byAge)
        .flatMap((job) => artifacts.get(job.id) ?? []),
    forget: async (jobRowId) => {
      artifacts.delete(jobRowId);
    },
  };
}

function createMemoryProcessRepository({ processes }: MemoryTables): ProcessRepository {
  return {
    heartbeat: async ({ id, roles, at }) => {
      processes.set(id, { roles, at });
    },
    remove: async (id) => {
      processes.delete(id);
    },
    rolesAliveSince: async (since) => new Set([...processes.values()].filter(({ at }) => at >= since).flatMap(({ roles }) => roles)),
  };
}

function createMemoryReconcilePassRepository({ passes }: MemoryTables): ReconcilePassRepository {
  return {
    claimDue: async (intervals, now) => {
      const due = intervals
        .map((interval) => ({ ...interval, dueAt: passes.get(interval.name)?.getTime() ?? -Infinity }))
        .filter(({ dueAt }) => dueAt <= now.getTime())
        .sort((a, b) => (a.dueAt === b.dueAt ? compare(a.name, b.name) : a.dueAt - b.dueAt));
      const [claimed] = due;
      if (!claimed) return null;
      passes.set(claimed.name, new Date(now.getTime() + claimed.everyMs));
      return claimed.name;
    },
  };
}
