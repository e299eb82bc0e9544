import type { ExportDefinition } from "../../src/core/exports/export-definition.ts";
import type { MemoryBucket } from "../fakes/memory-object-store.ts";
import type { MemoryTables } from "../fakes/memory-tables.ts";
import type { Downtime } from "./fault-plan.ts";
import type { Ledger } from "./ledger.ts";
import type { ServerJob, SimulatedWfm } from "./simulated-wfm.ts";

/** What an alert said about a result. */
export interface Warning {
  readonly jobId: string;
  readonly raisedAt: number;
}

/** What the oracle may look at: the server's side, the lake's side, and the tables. */
export interface Evidence {
  readonly wfm: SimulatedWfm;
  readonly bucket: MemoryBucket;
  readonly tables: MemoryTables;
  readonly ledger: Ledger;
  readonly exports: readonly ExportDefinition[];
  /** How many units (dates times entities) a partition of the export has to have. */
  readonly cellsOf: (exportName: string) => number;
  readonly limitOf: (connection: string) => number;
  /** Every downtime so far, of every night. */
  readonly downtimes: readonly Downtime[];
  readonly warnings: readonly Warning[];
  /** When an alert or a failing health check said that the tables cannot be used. */
  readonly databaseAlertedAt: readonly number[];
  readonly now: number;
  readonly tally: Tally;
}

/** What a simulation counts. */
export interface Tally {
  runs: number;
  /** Rows that asked for something. */
  jobs: number;
  /** Results that WFM finished for us. */
  results: number;
  /** Results that are gone and could have been saved. */
  lostSavable: number;
  /** Results that are gone because no process could reach them in time. */
  lostUnsavable: number;
  /** Unsavable losses that nothing was said about in time. */
  lostUnreported: number;
  storedTwice: number;
  duplicateSubmits: number;
  /** Finished duplicates whose result lies nowhere; another job's result stands for it. */
  orphansLeft: number;
  /** Results that were not published because a better published of their partition stood there. */
  superseded: number;
  alerts: number;
}

export function emptyTally(): Tally {
  return {
    runs: 0,
    jobs: 0,
    results: 0,
    lostSavable: 0,
    lostUnsavable: 0,
    lostUnreported: 0,
    storedTwice: 0,
    duplicateSubmits: 0,
    orphansLeft: 0,
    superseded: 0,
    alerts: 0,
  };
}

export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

/** One promise of the product, and how to see that it was broken. */
export interface Rule {
  readonly name: string;
  /** Sentences, one for each breach. */
  check(evidence: Evidence): string[];
}

/** The server's jobs that our POSTs of this night made, by the row that they were made for. */
export function serverJobsByRow({ ledger }: Evidence): Map<string, ServerJob[]> {
  const byRow = new Map<string, ServerJob[]>();
  for (const { jobRowId, serverJob } of ledger.postings) {
    if (!serverJob || !jobRowId) continue;
    byRow.set(jobRowId, [...(byRow.get(jobRowId) ?? []), serverJob]);
  }
  return byRow;
}

/** The ids in WFM that each row ever had, and that were not rejected since. */
export function claimsByRow({ tables }: Evidence): Map<string, Set<string>> {
  const claims = new Map<string, Set<string>>();
  for (const { jobRowId, jobId, event } of tables.transitions) {
    if (!jobId) continue;
    if (event === "claim-rejected") claims.get(jobRowId)?.delete(jobId);
    else claims.set(jobRowId, (claims.get(jobRowId) ?? new Set()).add(jobId));
  }
  return claims;
}
