import { NOTHING_LEARNED } from "../../src/core/plan/learned-size.ts";
import type { MemoryBucket } from "../fakes/memory-object-store.ts";
import type { MemoryTables } from "../fakes/memory-tables.ts";
import { partitionOf } from "./partition-rules.ts";
import type { Ledger } from "./ledger.ts";
import type { SimulatedWfm } from "./simulated-wfm.ts";

const DAY_MS = 24 * 3_600_000;
/** Of what is older nothing is left on the server, and no flow looks at it. */
const REMEMBERED_MS = 2 * DAY_MS;

interface Site {
  readonly tables: MemoryTables;
  readonly wfm: SimulatedWfm;
  readonly bucket: MemoryBucket;
  readonly ledger: Ledger;
}

/** Keeps a year as fast as a week: what is over for two days is judged already, and leaves the tables and the lake. */
export function forgetNight(
  { tables, wfm, bucket, ledger }: Site,
  { now, doForgetSizes }: { readonly now: number; readonly doForgetSizes: boolean },
): void {
  const isOld = (at: Date | null): boolean => at !== null && now - at.getTime() > REMEMBERED_MS;
  for (const run of tables.runs.values()) if (isOld(run.finishedAt)) tables.runs.delete(run.id);
  const partitions = new Set<string>();
  for (const job of tables.jobs.values()) {
    if (tables.runs.has(job.runId)) continue;
    tables.jobs.delete(job.id);
    const key = tables.artifacts.get(job.id)?.result.key;
    if (key) partitions.add(partitionOf(key));
    tables.artifacts.delete(job.id);
  }
  // What a later run has in the same partition is not judged yet.
  for (const { result } of tables.artifacts.values()) partitions.delete(partitionOf(result.key));
  for (const key of bucket.contents.keys()) if (partitions.has(partitionOf(key))) bucket.contents.delete(key);
  const moves = tables.transitions.filter(({ jobRowId }) => tables.jobs.has(jobRowId));
  tables.transitions.length = 0;
  tables.transitions.push(...moves);
  tables.processes.clear();
  for (const alert of tables.alerts.values()) if (isOld(alert.deliveredAt)) tables.alerts.delete(alert.id);
  for (const orphan of tables.orphans.values()) if (isOld(orphan.deadline)) tables.orphans.delete(orphan.id);
  // A limit that was low for one night would make every night after it one of the smallest chunks.
  for (const [name, stored] of doForgetSizes ? tables.exports : []) tables.exports.set(name, { ...stored, size: NOTHING_LEARNED });
  ledger.forget();
  wfm.forgetDeleted();
}
