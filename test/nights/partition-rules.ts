import { createHash } from "node:crypto";
import { type BusinessDate, datesOf, type Interval } from "../../src/core/base/business-date.ts";
import type { ExportRequest } from "../../src/core/exports/export-request.ts";
import type { JobId } from "../../src/core/base/ids.ts";
import type { JobFacts } from "../../src/core/jobs/job.ts";
import { type Manifest, manifestSchema } from "../../src/core/publish/manifest.ts";
import { manifestKey } from "../../src/core/publish/object-key.ts";
import type { Evidence } from "./evidence.ts";
import { idsOf } from "./simulated-wfm.ts";
import { type Content, parseContent } from "./stage-simply.ts";

const SUCCESS = "_SUCCESS";
const MANIFEST = "_manifest.json";

/**
 * What a reader who waits for `_SUCCESS` must never see: no manifest beside it, a manifest that names what is not there or is
 * something else, data that was not requested, or a unit that is missing or there twice.
 */
export function partitionProblems(evidence: Evidence, partition: string): string[] {
  const { contents } = evidence.bucket;
  if (!contents.has(`${partition}/${SUCCESS}`)) return [];
  const body = contents.get(`${partition}/${MANIFEST}`);
  if (!body) return [`${partition} has a ${SUCCESS} and no manifest`];
  const manifest = parseManifest(body);
  if (!manifest) return [`${partition} has a manifest that cannot be read`];
  const listed = manifest.artifacts.map((artifact) => ({ artifact, key: artifact.uri.slice(artifact.uri.indexOf(partition)) }));
  const problems = listed.flatMap(({ artifact, key }) => artifactProblems(evidence, { manifest, artifact, key }));
  return problems.length > 0 ? problems : unitProblems(evidence, partition, manifest);
}

/** The generations that readers were given last, by partition. */
export type PublishedAges = Map<string, { readonly runId: string; readonly completedAt: string }>;

/** A reader who was given data that WFM made later must not be given older ones by another run. */
export function ageProblems({ bucket: { contents } }: Evidence, partition: string, given: PublishedAges): string[] {
  const body = contents.get(`${partition}/${MANIFEST}`);
  const manifest = contents.has(`${partition}/${SUCCESS}`) && body ? parseManifest(body) : null;
  if (!manifest) return [];
  const before = given.get(partition);
  const { run, completedAt } = manifest;
  given.set(partition, { runId: run.id, completedAt });
  const isOlder = before !== undefined && before.runId !== run.id && completedAt < before.completedAt;
  return isOlder ? [`${partition} had data of ${before.completedAt} and now has data of ${completedAt}`] : [];
}

/** What was asked for of the data that lie in a partition, by partition. */
export type HeldCells = Map<string, ReadonlySet<string>>;

/** What an published has of a partition's units, every later one has, too: WFM may never give it again. */
export function lossProblems(evidence: Evidence, key: string, hold: HeldCells): string[] {
  const manifest = key.endsWith(`/${MANIFEST}`) ? manifestAt(evidence, key) : null;
  if (!manifest) return [];
  const partition = partitionOf(key);
  const units = cellsOf(manifest);
  const lost = [...(hold.get(partition) ?? [])].filter((unit) => !units.has(unit));
  hold.set(partition, units);
  return lost.length === 0 ? [] : [`${partition} had ${lost.join(", ")}, and the published of run ${manifest.run.id} has not`];
}

/** Whether what stands in a job's partition now has all that the job asked for. */
export function hasCellsOf(evidence: Evidence, { exportName, partition, request }: JobFacts): boolean {
  const manifest = manifestAt(evidence, manifestKey(exportName, partition));
  const units = manifest ? cellsOf(manifest) : new Set();
  return cellsIn(request).every((unit) => units.has(unit));
}

function cellsOf({ requests }: Manifest): ReadonlySet<string> {
  return new Set(requests.flatMap((request) => cellsIn(request as unknown as ExportRequest)));
}

function manifestAt({ bucket: { contents } }: Evidence, key: string): Manifest | null {
  const body = contents.get(key);
  return body ? parseManifest(body) : null;
}

/** Objects in published partitions that their manifests do not know. */
export function leftovers({ bucket: { contents } }: Evidence): string[] {
  const listed = new Map<string, ReadonlySet<string>>();
  const listedIn = (partition: string): ReadonlySet<string> => {
    const before = listed.get(partition);
    if (before) return before;
    const body = contents.get(`${partition}/${MANIFEST}`);
    const keys = new Set((body && parseManifest(body))?.artifacts.map(({ uri }) => uri.slice(uri.indexOf(partition))));
    listed.set(partition, keys);
    return keys;
  };
  const isPublished = (key: string): boolean => key.includes("/part-") && contents.has(`${partitionOf(key)}/${SUCCESS}`);
  return [...contents.keys()].filter((key) => isPublished(key) && !listedIn(partitionOf(key)).has(key));
}

/** The run that wrote a partition last. */
export function writerOf({ bucket }: Evidence, partition: string): string | null {
  const body = bucket.contents.get(`${partition}/${MANIFEST}`);
  return (body && parseManifest(body)?.run.id) ?? null;
}

export function partitionOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/"));
}

interface Listed {
  readonly manifest: Manifest;
  readonly artifact: Manifest["artifacts"][number];
  readonly key: string;
}

function artifactProblems(evidence: Evidence, { manifest, artifact, key }: Listed): string[] {
  const body = evidence.bucket.contents.get(key);
  if (!body) return [`${key} is listed and missing`];
  if (digest(body) !== artifact.sha256 || body.byteLength !== artifact.bytes) return [`${key} is not what its manifest says`];
  const content = parseContent(body);
  if (!content) return [`${key} is damaged`];
  if (content.rows !== artifact.records) return [`${key} has ${content.rows} records, its manifest says ${artifact.records}`];
  return contentProblems(evidence, { manifest, content, key });
}

function contentProblems(
  { wfm }: Evidence,
  { manifest, content, key }: { readonly manifest: Manifest; readonly content: Content; readonly key: string },
): string[] {
  const place = (manifest.jobIds as readonly string[]).indexOf(content.job);
  if (place === -1) return [`${key} holds the result of job ${content.job}, which its manifest does not name`];
  const job = wfm.jobs.get(content.job as JobId);
  if (!job) return [];
  const isAsked = !job.isOfAnotherClient && job.exporter === manifest.exporter && isSame(job.request, manifest.requests[place]);
  return isAsked ? [] : [`${key} holds what was not requested: job ${content.job} of ${job.exporter}`];
}

function unitProblems({ cellsOf }: Evidence, partition: string, manifest: Manifest): string[] {
  const units = manifest.requests.flatMap((request) => cellsIn(request as unknown as ExportRequest));
  const missing = manifest.missing.flatMap(({ interval, entities }) =>
    cellsIn({ startDate: interval.from, endDate: interval.to, outputFormat: "JSON", muIds: entities["muIds"] ?? [] }),
  );
  const all = [...units, ...missing];
  if (new Set(all).size !== all.length) return [`${partition} has some of its units twice`];
  const dates = datesOf(manifest.interval as Interval).length;
  const expected = dates * cellsOf(manifest.export);
  return all.length === expected ? [] : [`${partition} has ${all.length} units of ${expected}`];
}

function cellsIn(request: ExportRequest): string[] {
  const interval = { from: request.startDate as BusinessDate, to: request.endDate as BusinessDate };
  return datesOf(interval).flatMap((date) => idsOf(request).map((id) => `${date} ${id}`));
}

const manifests = new WeakMap<Uint8Array, Manifest | null>();

function parseManifest(body: Uint8Array): Manifest | null {
  const before = manifests.get(body);
  if (before !== undefined) return before;
  const parsed = manifestSchema.safeParse(parseContent(body));
  const manifest = parsed.success ? parsed.data : null;
  manifests.set(body, manifest);
  return manifest;
}

const digests = new WeakMap<Uint8Array, string>();

export function digest(body: Uint8Array): string {
  const before = digests.get(body);
  if (before !== undefined) return before;
  const made = createHash("sha256").update(body).digest("hex");
  digests.set(body, made);
  return made;
}

export function isSame(one: unknown, other: unknown): boolean {
  return one === other || canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
