import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { type Manifest, manifestSchema } from "../../../src/core/publish/manifest.ts";
import { openBucketReader } from "./bucket-reader.ts";
import type { KillSite } from "./kill-site.ts";

/** What is there in the end, counted on the server's and the bucket's side; the tables are only asked what they claim. */
export interface Audit {
  /** Jobs that WFM finished, and objects in the bucket. */
  readonly completed: number;
  readonly objects: number;
  readonly records: number;
  /** Jobs that WFM finished and whose records are not in the bucket, each with why. */
  readonly lost: readonly string[];
  /** Objects that are not what their manifest says, or that hold another date's or export's data. */
  readonly differing: readonly string[];
  /** Rows that say `archived`, without an object in the bucket. */
  readonly withoutObject: readonly string[];
  /** Rows and runs that have not come to their end. */
  readonly unfinished: number;
  /** Jobs on the server beyond one for each request: for each export and business date, or part of it. */
  readonly duplicates: number;
  /** Accepted submits whose client was gone before the answer left the server. */
  readonly unanswered: number;
  /** Jobs that reconciliation claimed: their answers were lost, and the list of jobs on the server showed them. */
  readonly claimedByReconciliation: number;
  /** Uploads that were begun and neither completed nor taken back. */
  readonly openUploads: number;
}

type SimulatedJob = ReturnType<KillSite["simulator"]["jobs"]>[number];

interface PartitionContents {
  readonly manifest: Manifest;
  readonly records: number;
}

export async function auditSite(site: KillSite): Promise<Audit> {
  const differing: string[] = [];
  const reader = openBucketReader(site.bucket);
  const keys = new Set(await reader.list());
  const directories = new Map<string, PartitionContents>();
  let records = 0;
  for (const key of keys) {
    const directory = /^(.*)\/_manifest\.json$/.exec(key)?.[1];
    if (directory === undefined) continue;
    const manifest = manifestSchema.parse(JSON.parse((await reader.read(key)).toString("utf8")));
    const counted = await compare(manifest, { read: reader.read, keys, differing });
    differing.push(...jobsNotRequested(site, manifest));
    directories.set(directory, { manifest, records: counted });
    records += counted;
  }
  reader.close();
  const jobs = site.simulator.jobs();
  const completed = jobs.filter(({ state }) => state === "completed");
  const asked = new Map(jobs.map((job) => [`${job.exporter} ${JSON.stringify(job.request)}`, job]));
  const expected = sumByDirectory([...asked.values()].filter(({ state }) => state === "completed"));
  const lost = [...expected].flatMap(([place, announced]) => {
    const found = directories.get(place);
    if (!found || !keys.has(`${place}/_SUCCESS`)) return [`${place} is not published`];
    return found.records === announced ? [] : [`${place} has ${found.records} of ${announced} records`];
  });
  return {
    completed: completed.length,
    objects: [...keys].filter((key) => /\/part-\d+\./.test(key)).length,
    records,
    lost,
    differing,
    duplicates: jobs.length - asked.size,
    unanswered: site.simulator.stats.submitsUnanswered,
    openUploads: (await site.bucket.incompleteUploads()).length,
    ...(await readTables(site, keys)),
  };
}

/** How many records each directory must have: those of one job for each request, whichever part of the directory it asked for. */
function sumByDirectory(jobs: readonly SimulatedJob[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { exporter, request, totalRecords } of jobs) {
    const directory = `raw/${exporter}/business_date=${String(request["startDate"])}`;
    sums.set(directory, (sums.get(directory) ?? 0) + totalRecords);
  }
  return sums;
}

/** Reads every object that a manifest names, and returns how many records there are in them. */
async function compare(
  manifest: Manifest,
  { read, keys, differing }: { read: (key: string) => Promise<Buffer>; keys: ReadonlySet<string>; differing: string[] },
): Promise<number> {
  let counted = 0;
  for (const { uri, bytes, sha256, records } of manifest.artifacts) {
    const key = keyOf(uri);
    if (!keys.has(key)) {
      differing.push(`${uri} is not there`);
      continue;
    }
    const body = await read(key);
    const rows: unknown = JSON.parse(gunzipSync(body).toString("utf8"));
    const count = Array.isArray(rows) ? rows.length : -1;
    if (body.length !== bytes || createHash("sha256").update(body).digest("hex") !== sha256 || count !== records) differing.push(uri);
    counted += count;
  }
  return counted;
}

/** A job that reconciliation claimed wrongly would have stored another date's data in this one's place. */
function jobsNotRequested({ simulator }: KillSite, manifest: Manifest): string[] {
  return manifest.jobIds.flatMap((jobId) => {
    const asked = simulator.stats.submissions.find((submission) => submission.jobId === jobId);
    const isOwn = asked?.exporter === manifest.exporter && asked.startDate === manifest.interval.from;
    return isOwn ? [] : [`${manifest.export} ${manifest.interval.from} was made from ${asked?.exporter} ${asked?.startDate}`];
  });
}

function keyOf(uri: string): string {
  return uri.replace(/^s3:\/\/[^/]+\//, "");
}

async function readTables({ database: { prisma } }: KillSite, keys: ReadonlySet<string>) {
  const archived = await prisma.job.findMany({ where: { state: "archived" }, select: { id: true, artifact: { select: { uri: true } } } });
  const withoutObject = archived.filter(({ artifact }) => !artifact || !keys.has(keyOf(artifact.uri))).map(({ id }) => id);
  const openJobs = await prisma.job.count({ where: { state: { notIn: ["archived", "split"] } } });
  const openRuns = await prisma.run.count({ where: { outcome: { not: "archived" } } });
  const claimedByReconciliation = await prisma.jobTransition.count({ where: { event: "claimed-by-reconciliation" } });
  return { withoutObject, unfinished: openJobs + openRuns, claimedByReconciliation };
}
