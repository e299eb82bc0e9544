import type { WfmJob } from "../core/ports/smartsync.ts";
import { isRecord, membersOf } from "./json-members.ts";
import { hasErrorShape } from "./parse-error-body.ts";
import { parseWfmJob } from "./parse-wfm-job.ts";

const MAX_WRAPPER_DEPTH = 3;

/**
 * Finds the jobs in a list-all response: a bare array, arrays under any member, or a single job in place of a list of one. Entries that are
 * not jobs are left out. Returns `null` if there is no list. A list without any recognizable job is not an empty list either: missing every
 * job is worse than polling again.
 */
export function parseJobList(value: unknown): WfmJob[] | null {
  const lists = findArrays(value, 0);
  if (lists.length === 0) return null;
  const entries = lists.flat();
  const jobs = new Map<string, WfmJob>();
  for (const entry of entries) {
    const job = parseWfmJob(entry);
    if (job && !jobs.has(job.jobId)) jobs.set(job.jobId, job);
  }
  return jobs.size === 0 && entries.length > 0 ? null : [...jobs.values()];
}

function findArrays(value: unknown, depth: number): unknown[][] {
  if (Array.isArray(value)) return [value as unknown[]];
  if (!isRecord(value) || depth === MAX_WRAPPER_DEPTH || hasErrorShape(value)) return [];
  // Servers that convert XML to JSON write a list with one entry as that entry.
  if (membersOf(value).has("jobid")) return [[value]];
  return Object.values(value).flatMap((member) => findArrays(member, depth + 1));
}
