import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Interval } from "../../src/core/base/business-date.ts";
import { buildRequest, type ExportRequest } from "../../src/core/exports/export-request.ts";
import { type Manifest, manifestSchema } from "../../src/core/publish/manifest.ts";
import { manifestKey, partitionKey, successKey } from "../../src/core/publish/object-key.ts";
import { partitionsOf } from "../../src/core/plan/plan-jobs.ts";
import type { RunWithJobs } from "../../src/core/jobs/run.ts";
import { expectedRecords } from "../../src/simulator/expected-records.ts";
import { renderResult } from "../fakes/render-result.ts";
import type { SimulatedNight } from "./simulated-night.ts";

/**
 * Everything that the tables or the store claim and that is false, compared with what the simulator has for the same requests: an archived
 * run without all of its records, an object that no manifest lists, a manifest or a `_SUCCESS` that promises too much.
 */
export async function findFalseClaims(night: SimulatedNight): Promise<string[]> {
  const claims: string[] = [];
  const known = new Set<string>();
  for (const found of await night.runs()) {
    const definition = night.ports.registry.findExport(found.run.exportName)!;
    for (const partition of partitionsOf(definition, found.run.interval)) {
      const prefix = partitionKey(found.run.exportName, partition);
      const manifest = readManifest(night, found.run.exportName, partition);
      for (const key of listPartition(night, prefix)) known.add(key);
      claims.push(...(await falseClaimsOf(night, { found, partition, manifest })).map((claim) => `${prefix}: ${claim}`));
    }
  }
  const candidates = [...night.lake.contents.keys()].filter((key) => !known.has(key));
  return [...claims, ...candidates.map((key) => `${key} belongs to no run`)];
}

interface PartitionContents {
  readonly found: RunWithJobs;
  readonly partition: Interval;
  readonly manifest: Manifest | null;
}

async function falseClaimsOf(night: SimulatedNight, { found, partition, manifest }: PartitionContents): Promise<string[]> {
  const { run, jobs } = found;
  const prefix = partitionKey(run.exportName, partition);
  const falseClaims: string[] = [];
  const archived = jobs.filter((job) => job.state === "archived" && job.partition.from === partition.from);
  if (!manifest) {
    if (run.outcome === "archived" || archived.length > 0) falseClaims.push("archived, and there is no manifest");
    return [...falseClaims, ...listPartition(night, prefix).map((key) => `${key} lies there without a manifest`)];
  }
  const contents = await Promise.all(manifest.requests.map((request, index) => proveArtifact(night, manifest, { request, index })));
  falseClaims.push(...contents.flatMap((content) => content.claims));
  const names = manifest.artifacts.map(({ uri }) => uri.slice(uri.lastIndexOf("/") + 1));
  const present = listPartition(night, prefix).filter((key) => key.includes("/part-"));
  if (present.join() !== names.map((name) => `${prefix}/${name}`).join())
    falseClaims.push(`holds ${present.join()}, lists ${names.join()}`);
  for (const job of archived) {
    if (job.state === "archived" && !manifest.jobIds.includes(job.jobId)) falseClaims.push(`${job.jobId} is archived and not listed`);
  }
  if (run.outcome !== "archived") return falseClaims;
  if (manifest.missing.length > 0) falseClaims.push("archived, and something is missing");
  if (!night.lake.contents.has(successKey(run.exportName, partition))) falseClaims.push("archived without _SUCCESS");
  const definition = night.ports.registry.findExport(run.exportName)!;
  const whole = buildRequest(definition, run.selection!, partition);
  const stored = manifest.artifacts.reduce((sum, { records }) => sum + records, 0);
  const expected = expectedRecords(manifest.exporter, whole, night.simulator.options);
  if (stored !== expected) falseClaims.push(`${stored} records stored, the simulator has ${expected}`);
  const rows = contents.flatMap((content) => content.rows);
  const right = rowsOf(await render(night, manifest.exporter, whole, false));
  if (whole.outputFormat === "JSON" && rows.sort().join("\n") !== right.sort().join("\n"))
    falseClaims.push("the rows are not those of the request");
  return falseClaims;
}

/** Compares one stored object with the manifest, and with what the simulator renders for its request. */
async function proveArtifact(
  night: SimulatedNight,
  manifest: Manifest,
  { request, index }: { readonly request: Readonly<Record<string, unknown>>; readonly index: number },
): Promise<{ readonly claims: readonly string[]; readonly rows: string[] }> {
  const artifact = manifest.artifacts[index];
  const body = artifact && night.lake.contents.get(artifact.uri.slice(night.lake.target.length + 1));
  if (!artifact || !body) return { claims: [`artifact ${index} is not there`], rows: [] };
  const claims: string[] = [];
  if (body.byteLength !== artifact.bytes) claims.push(`${artifact.uri} has ${body.byteLength} bytes, not ${artifact.bytes}`);
  if (createHash("sha256").update(body).digest("hex") !== artifact.sha256) claims.push(`${artifact.uri} has another SHA-256`);
  const document = gunzipSync(body);
  if (document.length !== artifact.uncompressedBytes) claims.push(`${artifact.uri} unpacks to ${document.length} bytes`);
  const bare = await render(night, manifest.exporter, request as ExportRequest, false);
  const wrapped = await render(night, manifest.exporter, request as ExportRequest, true);
  if (!document.equals(bare) && !document.equals(wrapped)) claims.push(`${artifact.uri} is not what the simulator has`);
  const expected = expectedRecords(manifest.exporter, request, night.simulator.options);
  if (artifact.records !== expected) claims.push(`${artifact.uri} claims ${artifact.records} records of ${expected}`);
  return { claims, rows: request["outputFormat"] === "JSON" ? rowsOf(document) : [] };
}

async function render(night: SimulatedNight, exporter: string, request: ExportRequest, isWrapped: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of renderResult(exporter, request, { ...night.simulator.options, isWrapped })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function rowsOf(document: Buffer): string[] {
  try {
    const parsed = JSON.parse(document.toString()) as unknown;
    const rows = Array.isArray(parsed) ? (parsed as unknown[]) : (parsed as { records: unknown[] }).records;
    return rows.map((row) => JSON.stringify(row));
  } catch {
    return [];
  }
}

function readManifest(night: SimulatedNight, exportName: string, partition: Interval): Manifest | null {
  const body = night.lake.contents.get(manifestKey(exportName, partition));
  return body ? manifestSchema.parse(JSON.parse(new TextDecoder().decode(body))) : null;
}

function listPartition(night: SimulatedNight, partition: string): string[] {
  return [...night.lake.contents.keys()].filter((key) => key.startsWith(`${partition}/`)).sort();
}
