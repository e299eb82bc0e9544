import { createHash } from "node:crypto";
import { type BusinessDate, datesOf, type Interval } from "../../src/core/business-date.ts";
import type { ExportRequest } from "../../src/core/export-request.ts";
import type { VendorJobId } from "../../src/core/ids.ts";
import type { JobFacts } from "../../src/core/job.ts";
import { type Manifest, manifestSchema } from "../../src/core/manifest.ts";
import { manifestKey } from "../../src/core/object-key.ts";
import type { Evidence } from "./evidence.ts";
import { idsOf } from "./simulated-wfm.ts";
import { type Content, parseContent } from "./stage-simply.ts";

const SUCCESS = "_SUCCESS";
const MANIFEST = "_manifest.json";

/**
 * What a reader who waits for `_SUCCESS` must never see: no manifest beside it, a manifest that names what is not there or is
 * something else, data that nobody asked for, or a unit that is missing or there twice.
 */
export function folderProblems(evidence: Evidence, folder: string): string[] {
  const { contents } = evidence.bucket;
  if (!contents.has(`${folder}/${SUCCESS}`)) return [];
  const body = contents.get(`${folder}/${MANIFEST}`);
  if (!body) return [`${folder} has a ${SUCCESS} and no manifest`];
  const manifest = parseManifest(body);
  if (!manifest) return [`${folder} has a manifest that cannot be read`];
  const listed = manifest.artifacts.map((artifact) => ({ artifact, key: artifact.uri.slice(artifact.uri.indexOf(folder)) }));
  const problems = listed.flatMap(({ artifact, key }) => artifactProblems(evidence, { manifest, artifact, key }));
  return problems.length > 0 ? problems : unitProblems(evidence, folder, manifest);
}

/** The editions that readers were given last, by folder. */
export type GivenEditions = Map<string, { readonly runId: string; readonly completedAt: string }>;

/** A reader who was given data that WFM made later must not be given older ones by another run. */
export function ageProblems({ bucket: { contents } }: Evidence, folder: string, given: GivenEditions): string[] {
  const body = contents.get(`${folder}/${MANIFEST}`);
  const manifest = contents.has(`${folder}/${SUCCESS}`) && body ? parseManifest(body) : null;
  if (!manifest) return [];
  const before = given.get(folder);
  const { run, completedAt } = manifest;
  given.set(folder, { runId: run.id, completedAt });
  const isOlder = before !== undefined && before.runId !== run.id && completedAt < before.completedAt;
  return isOlder ? [`${folder} had data of ${before.completedAt} and now has data of ${completedAt}`] : [];
}

/** What was asked for of the data that lie in a folder, by folder. */
export type HeldUnits = Map<string, ReadonlySet<string>>;

/** What an edition has of a folder's units, every later one has, too: WFM may never give it again. */
export function lossProblems(evidence: Evidence, key: string, held: HeldUnits): string[] {
  const manifest = key.endsWith(`/${MANIFEST}`) ? manifestAt(evidence, key) : null;
  if (!manifest) return [];
  const folder = folderOf(key);
  const units = unitsOf(manifest);
  const lost = [...(held.get(folder) ?? [])].filter((unit) => !units.has(unit));
  held.set(folder, units);
  return lost.length === 0 ? [] : [`${folder} had ${lost.join(", ")}, and the edition of run ${manifest.run.id} has not`];
}

/** Whether what stands in a job's folder now has all that the job asked for. */
export function hasUnitsOf(evidence: Evidence, { exportName, partition, request }: JobFacts): boolean {
  const manifest = manifestAt(evidence, manifestKey(exportName, partition));
  const units = manifest ? unitsOf(manifest) : new Set();
  return unitsIn(request).every((unit) => units.has(unit));
}

function unitsOf({ requests }: Manifest): ReadonlySet<string> {
  return new Set(requests.flatMap((request) => unitsIn(request as unknown as ExportRequest)));
}

function manifestAt({ bucket: { contents } }: Evidence, key: string): Manifest | null {
  const body = contents.get(key);
  return body ? parseManifest(body) : null;
}

/** Objects in published folders that their manifests do not know. */
export function leftovers({ bucket: { contents } }: Evidence): string[] {
  const listed = new Map<string, ReadonlySet<string>>();
  const listedIn = (folder: string): ReadonlySet<string> => {
    const before = listed.get(folder);
    if (before) return before;
    const body = contents.get(`${folder}/${MANIFEST}`);
    const keys = new Set((body && parseManifest(body))?.artifacts.map(({ uri }) => uri.slice(uri.indexOf(folder))));
    listed.set(folder, keys);
    return keys;
  };
  const isPublished = (key: string): boolean => key.includes("/part-") && contents.has(`${folderOf(key)}/${SUCCESS}`);
  return [...contents.keys()].filter((key) => isPublished(key) && !listedIn(folderOf(key)).has(key));
}

/** The run that wrote a folder last. */
export function writerOf({ bucket }: Evidence, folder: string): string | null {
  const body = bucket.contents.get(`${folder}/${MANIFEST}`);
  return (body && parseManifest(body)?.run.id) ?? null;
}

export function folderOf(key: string): string {
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
  const job = wfm.jobs.get(content.job as VendorJobId);
  if (!job) return [];
  const isAsked = !job.isStranger && job.exporter === manifest.exporter && isSame(job.request, manifest.requests[place]);
  return isAsked ? [] : [`${key} holds what nobody asked for: job ${content.job} of ${job.exporter}`];
}

function unitProblems({ unitsOf }: Evidence, folder: string, manifest: Manifest): string[] {
  const units = manifest.requests.flatMap((request) => unitsIn(request as unknown as ExportRequest));
  const missing = manifest.missing.flatMap(({ interval, entities }) =>
    unitsIn({ startDate: interval.from, endDate: interval.to, outputFormat: "JSON", muIds: entities["muIds"] ?? [] }),
  );
  const all = [...units, ...missing];
  if (new Set(all).size !== all.length) return [`${folder} has some of its units twice`];
  const dates = datesOf(manifest.interval as Interval).length;
  const expected = dates * unitsOf(manifest.export);
  return all.length === expected ? [] : [`${folder} has ${all.length} units of ${expected}`];
}

function unitsIn(request: ExportRequest): string[] {
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
