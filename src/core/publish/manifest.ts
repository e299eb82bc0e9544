import { z } from "zod";
import type { Failure } from "../base/failure.ts";
import type { Finished, JobFacts } from "../jobs/job.ts";
import { missingChunk } from "../plan/missing-chunk.ts";
import { type Run, TRIGGERS } from "../jobs/run.ts";
import type { StagedResult } from "../ports/stored-object.ts";

const count = z.number().int().nonnegative();
const entities = z.record(z.string(), z.array(z.number().int()));

/** The document that commits the objects beside it. Readers use the objects that it lists, and no others. */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  export: z.string(),
  exporter: z.string(),
  connection: z.string(),
  run: z.strictObject({ id: z.string(), trigger: z.enum(TRIGGERS), generation: count }),
  interval: z.strictObject({ from: z.string(), to: z.string() }),
  requests: z.array(z.record(z.string(), z.unknown())).describe("the bodies as submitted, in the order of jobIds"),
  jobIds: z.array(z.string()),
  artifacts: z.array(
    z.strictObject({
      uri: z.string(),
      bytes: count,
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      records: count,
      uncompressedBytes: count,
      mediaType: z.string(),
      encoding: z.enum(["gzip", "identity"]),
    }),
  ),
  announced: z.array(
    z.strictObject({
      jobId: z.string(),
      records: count.nullable(),
      compressedBytes: count.nullable(),
      uncompressedBytes: count.nullable(),
      additionalDetails: z.string().nullable().default(null).describe("the exporter's own remarks"),
    }),
  ),
  completedAt: z.iso.datetime(),
  deadline: z.iso.datetime(),
  archivedAt: z.iso.datetime(),
  missing: z
    .array(
      z.strictObject({ interval: z.strictObject({ from: z.string(), to: z.string() }), entities, reason: z.string(), message: z.string() }),
    )
    .default([])
    .describe("what was requested and has no result; empty when the run is complete"),
  tool: z.strictObject({ name: z.literal("nightferry"), version: z.string() }),
});

export type Manifest = z.infer<typeof manifestSchema>;

export interface ManifestChunk {
  readonly job: JobFacts & Finished;
  readonly result: StagedResult;
  readonly uri: string;
}

interface PublishedPartition {
  /** Jobs whose results are not among the chunks. */
  readonly missing: readonly { readonly job: JobFacts; readonly failure: Failure }[];
  readonly archivedAt: Date;
  readonly toolVersion: string;
}

/** `chunks` are the jobs of one partition, in order. */
export function buildManifest(
  run: Run,
  chunks: readonly [ManifestChunk, ...ManifestChunk[]],
  { missing, archivedAt, toolVersion }: PublishedPartition,
): Manifest {
  const [{ job: first }] = chunks;
  const jobs = chunks.map((chunk) => chunk.job);
  return {
    schemaVersion: 1,
    export: run.exportName,
    exporter: first.exporter,
    connection: first.connection,
    run: { id: run.id, trigger: run.trigger, generation: run.generation },
    interval: { ...first.partition },
    requests: jobs.map((job) => job.request),
    jobIds: jobs.map((job) => job.jobId),
    artifacts: chunks.map(({ result, uri }) => ({
      uri,
      bytes: result.bytes,
      sha256: result.sha256,
      records: result.records,
      uncompressedBytes: result.uncompressedBytes,
      mediaType: result.mediaType,
      encoding: result.encoding,
    })),
    announced: jobs.map((job) => ({ jobId: job.jobId, ...job.announced, additionalDetails: job.additionalDetails })),
    completedAt: latest(jobs.map((job) => job.completedAt)).toISOString(),
    deadline: earliest(jobs.map((job) => job.deadline)).toISOString(),
    archivedAt: archivedAt.toISOString(),
    missing: missing.map(({ job, failure }) => {
      const { interval, entities, ...why } = missingChunk(job, failure);
      return { interval: { ...interval }, entities: copyIds(entities), ...why };
    }),
    tool: { name: "nightferry", version: toolVersion },
  };
}

function copyIds(ids: Readonly<Record<string, readonly number[]>>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(ids).map(([member, list]) => [member, [...list]]));
}

function latest(times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((time) => time.getTime())));
}

function earliest(times: readonly Date[]): Date {
  return new Date(Math.min(...times.map((time) => time.getTime())));
}
