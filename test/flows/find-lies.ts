import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Interval } from "../../src/core/business-date.ts";
import { buildRequest, type ExportRequest } from "../../src/core/export-request.ts";
import { type Manifest, manifestSchema } from "../../src/core/manifest.ts";
import { manifestKey, partitionKey, successKey } from "../../src/core/object-key.ts";
import { partitionsOf } from "../../src/core/plan-jobs.ts";
import type { RunWithJobs } from "../../src/core/stores.ts";
import { expectedRecords } from "../../src/simulator/expected-records.ts";
import { renderResult } from "../../src/simulator/render-result.ts";
import type { SimulatedNight } from "./simulated-night.ts";

/**
 * Everything that the tables or the store claim and that is not so, held against what the simulator has for the very requests:
 * an archived run without all of its records, an object that no manifest lists, a manifest or a `_SUCCESS` that promises too much.
 */
export async function findLies(night: SimulatedNight): Promise<string[]> {
  const lies: string[] = [];
  const told = new Set<string>();
  for (const found of await night.runs()) {
    const definition = night.ports.catalog.findExport(found.run.exportName)!;
    for (const partition of partitionsOf(definition, found.run.interval)) {
      const folder = partitionKey(found.run.exportName, partition);
      const manifest = readManifest(night, found.run.exportName, partition);
      for (const key of listFolder(night, folder)) told.add(key);
      lies.push(...(await liesOfFolder(night, { found, partition, manifest })).map((lie) => `${folder}: ${lie}`));
    }
  }
  const strangers = [...night.lake.contents.keys()].filter((key) => !told.has(key));
  return [...lies, ...strangers.map((key) => `${key} belongs to no run`)];
}

interface Folder {
  readonly found: RunWithJobs;
  readonly partition: Interval;
  readonly manifest: Manifest | null;
}

async function liesOfFolder(night: SimulatedNight, { found, partition, manifest }: Folder): Promise<string[]> {
  const { run, jobs } = found;
  const folder = partitionKey(run.exportName, partition);
  const lies: string[] = [];
  const claims = jobs.filter((job) => job.state === "archived" && job.partition.from === partition.from);
  if (!manifest) {
    if (run.outcome === "archived" || claims.length > 0) lies.push("archived, and there is no manifest");
    return [...lies, ...listFolder(night, folder).map((key) => `${key} lies there without a manifest`)];
  }
  const contents = await Promise.all(manifest.requests.map((request, index) => proveArtifact(night, manifest, { request, index })));
  lies.push(...contents.flatMap((content) => content.lies));
  const names = manifest.artifacts.map(({ uri }) => uri.slice(uri.lastIndexOf("/") + 1));
  const present = listFolder(night, folder).filter((key) => key.includes("/part-"));
  if (present.join() !== names.map((name) => `${folder}/${name}`).join()) lies.push(`holds ${present.join()}, lists ${names.join()}`);
  for (const job of claims) {
    if (job.state === "archived" && !manifest.jobIds.includes(job.vendorJobId)) lies.push(`${job.vendorJobId} is archived and not listed`);
  }
  if (run.outcome !== "archived") return lies;
  if (manifest.missing.length > 0) lies.push("archived, and something is missing");
  if (!night.lake.contents.has(successKey(run.exportName, partition))) lies.push("archived without _SUCCESS");
  const definition = night.ports.catalog.findExport(run.exportName)!;
  const whole = buildRequest(definition, run.selection!, partition);
  const stored = manifest.artifacts.reduce((sum, { records }) => sum + records, 0);
  const expected = expectedRecords(manifest.exporter, whole, night.simulator.options);
  if (stored !== expected) lies.push(`${stored} records stored, the simulator has ${expected}`);
  const rows = contents.flatMap((content) => content.rows);
  const right = rowsOf(await render(night, manifest.exporter, whole, false));
  if (whole.outputFormat === "JSON" && rows.sort().join("\n") !== right.sort().join("\n"))
    lies.push("the rows are not those of the request");
  return lies;
}

/** One stored object against the manifest, and against what the simulator renders for the request that it came of. */
async function proveArtifact(
  night: SimulatedNight,
  manifest: Manifest,
  { request, index }: { readonly request: Readonly<Record<string, unknown>>; readonly index: number },
): Promise<{ readonly lies: readonly string[]; readonly rows: string[] }> {
  const artifact = manifest.artifacts[index];
  const body = artifact && night.lake.contents.get(artifact.uri.slice(night.lake.target.length + 1));
  if (!artifact || !body) return { lies: [`artifact ${index} is not there`], rows: [] };
  const lies: string[] = [];
  if (body.byteLength !== artifact.bytes) lies.push(`${artifact.uri} has ${body.byteLength} bytes, not ${artifact.bytes}`);
  if (createHash("sha256").update(body).digest("hex") !== artifact.sha256) lies.push(`${artifact.uri} has another SHA-256`);
  const document = gunzipSync(body);
  if (document.length !== artifact.uncompressedBytes) lies.push(`${artifact.uri} unpacks to ${document.length} bytes`);
  const bare = await render(night, manifest.exporter, request as ExportRequest, false);
  const wrapped = await render(night, manifest.exporter, request as ExportRequest, true);
  if (!document.equals(bare) && !document.equals(wrapped)) lies.push(`${artifact.uri} is not what the simulator has`);
  const expected = expectedRecords(manifest.exporter, request, night.simulator.options);
  if (artifact.records !== expected) lies.push(`${artifact.uri} claims ${artifact.records} records of ${expected}`);
  return { lies, rows: request["outputFormat"] === "JSON" ? rowsOf(document) : [] };
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

function listFolder(night: SimulatedNight, folder: string): string[] {
  return [...night.lake.contents.keys()].filter((key) => key.startsWith(`${folder}/`)).sort();
}
