import type { VendorJob } from "../core/smartsync.ts";
import { isRecord, membersOf } from "./json-members.ts";
import { hasErrorShape } from "./parse-error-body.ts";
import { parseVendorJob } from "./parse-vendor-job.ts";

const DEEPEST_WRAPPER = 3;

/**
 * The jobs of a list-all answer: a bare array, or arrays under any member, or one job alone where a list of one is due. An entry that is no job is left out; `null` when nothing
 * is a list. A list in which no entry at all is a job is not taken for an empty one: to miss every job is worse than to ask again.
 */
export function parseJobList(value: unknown): VendorJob[] | null {
  const lists = findArrays(value, 0);
  if (lists.length === 0) return null;
  const entries = lists.flat();
  const jobs = new Map<string, VendorJob>();
  for (const entry of entries) {
    const job = parseVendorJob(entry);
    if (job && !jobs.has(job.vendorJobId)) jobs.set(job.vendorJobId, job);
  }
  return jobs.size === 0 && entries.length > 0 ? null : [...jobs.values()];
}

function findArrays(value: unknown, depth: number): unknown[][] {
  if (Array.isArray(value)) return [value as unknown[]];
  if (!isRecord(value) || depth === DEEPEST_WRAPPER || hasErrorShape(value)) return [];
  // Servers that make JSON out of XML have no list of one.
  if (membersOf(value).has("jobid")) return [[value]];
  return Object.values(value).flatMap((member) => findArrays(member, depth + 1));
}
