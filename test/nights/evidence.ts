import type { ExportDefinition } from "../../src/core/export-definition.ts";
import type { MemoryBucket } from "../fakes/memory-object-store.ts";
import type { MemoryTables } from "../fakes/memory-tables.ts";
import type { Outage } from "./fault-plan.ts";
import type { Ledger } from "./ledger.ts";
import type { ServerJob, SimulatedWfm } from "./simulated-wfm.ts";

/** What somebody was told about a result. */
export interface Warning {
  readonly vendorJobId: string;
  readonly raisedAt: number;
}

/** What the oracle may look at: the server's side, the lake's side, and the tables. */
export interface Evidence {
  readonly wfm: SimulatedWfm;
  readonly bucket: MemoryBucket;
  readonly tables: MemoryTables;
  readonly ledger: Ledger;
  readonly exports: readonly ExportDefinition[];
  /** How many units (dates times entities) a folder of the export has to have. */
  readonly unitsOf: (exportName: string) => number;
  readonly budgetOf: (connection: string) => number;
  /** Every outage so far, of every night. */
  readonly outages: readonly Outage[];
  readonly warnings: readonly Warning[];
  /** When somebody was told, or their supervisor saw, that the tables cannot be used. */
  readonly blindAt: readonly number[];
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
  /** Results that are gone because nobody could reach them in time. */
  lostUnsavable: number;
  /** Unsavable losses that nothing was said about in time. */
  lostUnreported: number;
  storedTwice: number;
  duplicateSubmits: number;
  /** Finished duplicates whose result lies nowhere; another job's result stands for it. */
  orphansLeft: number;
  /** Results that were not published because a better edition of their folder stood there. */
  outdone: number;
  alarms: number;
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
    outdone: 0,
    alarms: 0,
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
  for (const { jobId, serverJob } of ledger.postings) {
    if (!serverJob || !jobId) continue;
    byRow.set(jobId, [...(byRow.get(jobId) ?? []), serverJob]);
  }
  return byRow;
}

/** The vendor ids that each row ever had, and has not let go of. */
export function claimsByRow({ tables }: Evidence): Map<string, Set<string>> {
  const claims = new Map<string, Set<string>>();
  for (const { jobId, vendorJobId, event } of tables.moves) {
    if (!vendorJobId) continue;
    if (event === "disowned") claims.get(jobId)?.delete(vendorJobId);
    else claims.set(jobId, (claims.get(jobId) ?? new Set()).add(vendorJobId));
  }
  return claims;
}
