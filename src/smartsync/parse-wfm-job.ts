import { parseJobId, type JobId } from "../core/base/ids.ts";
import type { Announced, WfmJob } from "../core/ports/smartsync.ts";
import { firstMember, isRecord, membersOf, toCount, toText } from "./json-members.ts";
import { parseInstant } from "./parse-instant.ts";
import { parseStatusWord } from "./parse-status-word.ts";

/** Parses one job of a status response. Returns `null` if it has no valid id. Missing or invalid members become `null`. */
export function parseWfmJob(value: unknown): WfmJob | null {
  if (!isRecord(value)) return null;
  const members = membersOf(value);
  const jobId = parseJobId(firstMember(members, ["jobid", "id"]));
  return jobId ? toWfmJob(jobId, members) : null;
}

/** Parses the status response for job `id`: the job itself, or the job under any member. Returns `null` if it is about another job. */
export function parseJobStatus(id: JobId, value: unknown): WfmJob | null {
  if (Array.isArray(value)) return value.length === 1 ? parseJobStatus(id, value[0]) : null;
  if (!isRecord(value)) return null;
  const members = membersOf(value);
  const statedId = firstMember(members, ["jobid", "id"]);
  if (statedId === id || (statedId === undefined && statusWordOf(members) !== null)) return toWfmJob(id, members);
  if (statedId !== undefined) return null;
  const inner = Object.values(value).filter(isRecord);
  return inner.map((candidate) => parseWfmJob(candidate)).find((job) => job?.jobId === id) ?? null;
}

function toWfmJob(jobId: JobId, members: ReadonlyMap<string, unknown>): WfmJob {
  const statusWord = statusWordOf(members) ?? "";
  return {
    jobId,
    status: parseStatusWord(statusWord),
    statusWord,
    exporterType: toText(firstMember(members, ["exportertype", "exporter", "exportername"])),
    outputFormat: toText(members.get("outputformat")),
    lastStatusChange: parseInstant(members.get("laststatuschange")),
    errorDetails: toText(firstMember(members, ["errordetails", "errordetail"])),
    announced: parseAnnounced(members),
    additionalDetails: toUntrimmedText(members.get("additionaldetails")),
  };
}

/** `additionalDetails` is not trimmed, because spaces align its columns. */
function toUntrimmedText(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

function statusWordOf(members: ReadonlyMap<string, unknown>): string | null {
  return toText(firstMember(members, ["status", "jobstatus"]));
}

/** The vendor says that `resultsSizeBytes` holds a compressed and an uncompressed size, but not how its members are named. */
function parseAnnounced(members: ReadonlyMap<string, unknown>): Announced {
  const sizes = members.get("resultssizebytes");
  let compressedBytes: number | null = null;
  let uncompressedBytes: number | null = null;
  for (const [name, value] of isRecord(sizes) ? Object.entries(sizes) : []) {
    if (/uncompress|decompress|unzip|raw|original/i.test(name)) uncompressedBytes ??= toCount(value);
    else if (/compress|zip/i.test(name)) compressedBytes ??= toCount(value);
  }
  return { records: toCount(members.get("totalrecords")), compressedBytes, uncompressedBytes };
}
