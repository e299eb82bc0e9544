import type { ConnectionDefinition } from "../../src/core/export-definition.ts";
import type { JobId, OrphanId, RunId } from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import type { LearnedSize } from "../../src/core/learned-size.ts";
import type { Orphan } from "../../src/core/orphan.ts";
import type { Outage } from "../../src/core/outage.ts";
import type { Run } from "../../src/core/run.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import type { Role } from "../../src/core/role.ts";
import type { Artifact, JobMove, LookTurn, UntoldAlarm } from "../../src/core/stores.ts";
import { JobTable } from "./job-table.ts";

export interface StoredMove extends JobMove {
  readonly jobId: JobId;
  readonly vendorJobId: string | null;
}

interface StoredExport {
  readonly schedule: Schedule | null;
  readonly isConfigured: boolean;
  readonly nextDueAt: Date | null;
  readonly connection: string;
  readonly exporter: string;
  readonly size: LearnedSize;
}

/** What the tables hold, in memory. Every store of one set shares them. */
export interface MemoryTables {
  readonly connections: Map<string, ConnectionDefinition & LookTurn & { readonly refusedLogins: number }>;
  readonly exports: Map<string, StoredExport>;
  readonly runs: Map<RunId, Run>;
  readonly jobs: JobTable;
  readonly moves: StoredMove[];
  readonly artifacts: Map<JobId, Artifact>;
  readonly processes: Map<string, { readonly roles: readonly Role[]; readonly at: Date }>;
  readonly outages: Map<string, Outage>;
  readonly orphans: Map<OrphanId, Orphan>;
  readonly alarms: Map<string, UntoldAlarm & { readonly notBefore: Date | null; readonly toldAt: Date | null }>;
  /** When each is due again. */
  readonly duties: Map<string, Date>;
}

export function createMemoryTables(): MemoryTables {
  return {
    connections: new Map(),
    exports: new Map(),
    runs: new Map(),
    jobs: new JobTable(),
    moves: [],
    artifacts: new Map(),
    processes: new Map(),
    outages: new Map(),
    orphans: new Map(),
    alarms: new Map(),
    duties: new Map(),
  };
}

/** Oldest first; jobs of one run are created at one instant, then their dates decide. */
export function byAge(a: Job, b: Job): number {
  return (
    a.createdAt.getTime() - b.createdAt.getTime() || compare(a.interval.from, b.interval.from) || a.part - b.part || compare(a.id, b.id)
  );
}

export function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function isSameTime(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}
