import { parseVendorJobId, type VendorJobId } from "../core/ids.ts";
import type { Announced, VendorJob } from "../core/smartsync.ts";
import { firstMember, isRecord, membersOf, toCount, toText } from "./json-members.ts";
import { parseInstant } from "./parse-instant.ts";
import { parseStatusWord } from "./parse-status-word.ts";

/** One job out of a status answer; `null` when it has no usable id. What is missing or unreadable in it is `null`. */
export function parseVendorJob(value: unknown): VendorJob | null {
  if (!isRecord(value)) return null;
  const members = membersOf(value);
  const vendorJobId = parseVendorJobId(firstMember(members, ["jobid", "id"]));
  return vendorJobId ? describe(vendorJobId, members) : null;
}

/** The answer about one job: bare, or under any member. An answer about another job than `id` is `null`. */
export function parseStatusOf(id: VendorJobId, value: unknown): VendorJob | null {
  if (Array.isArray(value)) return value.length === 1 ? parseStatusOf(id, value[0]) : null;
  if (!isRecord(value)) return null;
  const members = membersOf(value);
  const named = firstMember(members, ["jobid", "id"]);
  if (named === id || (named === undefined && statusWordOf(members) !== null)) return describe(id, members);
  if (named !== undefined) return null;
  const inner = Object.values(value).filter(isRecord);
  return inner.map((candidate) => parseVendorJob(candidate)).find((job) => job?.vendorJobId === id) ?? null;
}

function describe(vendorJobId: VendorJobId, members: ReadonlyMap<string, unknown>): VendorJob {
  const statusWord = statusWordOf(members) ?? "";
  return {
    vendorJobId,
    status: parseStatusWord(statusWord),
    statusWord,
    exporterType: toText(firstMember(members, ["exportertype", "exporter", "exportername"])),
    outputFormat: toText(members.get("outputformat")),
    lastStatusChange: parseInstant(members.get("laststatuschange")),
    errorDetails: toText(firstMember(members, ["errordetails", "errordetail"])),
    announced: parseAnnounced(members),
    additionalDetails: toReport(members.get("additionaldetails")),
  };
}

/** Kept as it came: its columns are made of spaces. */
function toReport(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

function statusWordOf(members: ReadonlyMap<string, unknown>): string | null {
  return toText(firstMember(members, ["status", "jobstatus"]));
}

/** The names inside `resultsSizeBytes` are not documented, only that they tell compressed from uncompressed. */
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
