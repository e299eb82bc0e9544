import type { JobRowId, OrphanId, RunId } from "../../src/core/base/ids.ts";
import type { Job } from "../../src/core/jobs/job.ts";
import type { LearnedSize } from "../../src/core/plan/learned-size.ts";
import type { Orphan } from "../../src/core/quarantine/orphan.ts";
import type { Breaker } from "../../src/core/breakers/circuit-breaker.ts";
import type { Run } from "../../src/core/jobs/run.ts";
import type { ConnectionDefinition, ExportDefinition } from "../../src/core/exports/export-definition.ts";
import type { Role } from "../../src/core/base/role.ts";
import type { Artifact } from "../../src/core/jobs/artifact.ts";
import type { TransitionRecord } from "../../src/core/jobs/transition.ts";
import type { UndeliveredAlert } from "../../src/core/persistence/alert-repository.ts";
import type { PollState } from "../../src/core/persistence/connection-repository.ts";
import { JobTable } from "./job-table.ts";

export interface StoredTransition extends TransitionRecord {
  readonly jobRowId: JobRowId;
  readonly jobId: string | null;
}

interface StoredExport {
  readonly schedule: ExportDefinition["schedule"];
  readonly isConfigured: boolean;
  readonly nextDueAt: Date | null;
  readonly connection: string;
  readonly exporter: string;
  readonly size: LearnedSize;
}

/** The tables in memory. All repositories of one set share them. */
export interface MemoryTables {
  readonly connections: Map<string, ConnectionDefinition & PollState & { readonly refusedLogins: number }>;
  readonly exports: Map<string, StoredExport>;
  readonly runs: Map<RunId, Run>;
  readonly jobs: JobTable;
  readonly transitions: StoredTransition[];
  readonly artifacts: Map<JobRowId, Artifact>;
  readonly processes: Map<string, { readonly roles: readonly Role[]; readonly at: Date }>;
  readonly breakers: Map<string, Breaker>;
  readonly orphans: Map<OrphanId, Orphan>;
  readonly alerts: Map<string, UndeliveredAlert & { readonly notBefore: Date | null; readonly deliveredAt: Date | null }>;
  /** When each pass is due again. */
  readonly passes: Map<string, Date>;
}

export function createMemoryTables(): MemoryTables {
  return {
    connections: new Map(),
    exports: new Map(),
    runs: new Map(),
    jobs: new JobTable(),
    transitions: [],
    artifacts: new Map(),
    processes: new Map(),
    breakers: new Map(),
    orphans: new Map(),
    alerts: new Map(),
    passes: new Map(),
  };
}

/** Oldest first. Jobs of one run are created at the same instant; their dates then decide the order. */
export function byAge(a: Job, b: Job): number {
  return (
    a.createdAt.getTime() - b.createdAt.getTime() || compare(a.interval.from, b.interval.from) || a.chunk - b.chunk || compare(a.id, b.id)
  );
}

export function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function isSameTime(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}
