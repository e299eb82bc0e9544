import { describe, expect, it } from "vitest";
import type { JobId } from "../../../src/core/base/ids.ts";
import type { Finished, JobFacts } from "../../../src/core/jobs/job.ts";
import type { StagedResult } from "../../../src/core/ports/stored-object.ts";
import { buildManifest, type Manifest, type ManifestChunk, manifestSchema } from "../../../src/core/publish/manifest.ts";
import { buildJob } from "../../factories/build-job.ts";
import { buildInterval, buildRun } from "../../factories/build-run.ts";
import { FAILURES } from "../../factories/failure-samples.ts";

const ARCHIVED_AT = new Date("2026-11-23T09:00:00.000Z");
const PARTITION = buildInterval("2026-11-22");
const RUN = buildRun();

const RESULT: StagedResult = {
  key: "raw/schedules/business_date=2026-11-22/part-000.json.gz",
  uploadId: "u1",
  parts: [{ number: 1, etag: '"e"', crc32: "AAAAAA==" }],
  bytes: 100,
  sha256: "a".repeat(64),
  crc32: "AAAAAA==",
  mediaType: "application/json",
  encoding: "gzip",
  records: 3,
  uncompressedBytes: 900,
};

function chunk(id: string, muIds: number[], times: Pick<Finished, "completedAt" | "deadline">): ManifestChunk {
  const facts = buildJob({ runId: RUN.id, partition: PARTITION });
  const job: JobFacts & Finished = {
    ...facts,
    request: { ...facts.request, muIds },
    jobId: id as JobId,
    claimedByReconciliation: false,
    submittedAt: ARCHIVED_AT,
    lastSeenInFlightAt: ARCHIVED_AT,
    announced: { records: 3, compressedBytes: null, uncompressedBytes: 900 },
    additionalDetails: id === "a" ? "MU 101" : null,
    quarantine: null,
    ...times,
  };
  return { job, result: RESULT, uri: `s3://lake/${id}.json.gz` };
}

const at = (iso: string) => new Date(`2026-11-${iso}:00.000Z`);
const FIRST = chunk("a", [101], { completedAt: at("23T08:10"), deadline: at("24T08:10") });
const SECOND = chunk("b", [102], { completedAt: at("23T08:30"), deadline: at("24T08:00") });
const MISSING = { job: buildJob({ request: { ...FIRST.job.request, muIds: [103] } }), failure: FAILURES["job-failed"] };

function build(missing: readonly (typeof MISSING)[] = []): Manifest {
  return buildManifest(RUN, [FIRST, SECOND], { missing, archivedAt: ARCHIVED_AT, toolVersion: "0.1.0" });
}

describe("a manifest", () => {
  it("lists the requests, the artifacts and the announced totals of a partition, in the order of its chunks", () => {
    const artifact = {
      bytes: 100,
      sha256: "a".repeat(64),
      records: 3,
      uncompressedBytes: 900,
      mediaType: "application/json",
      encoding: "gzip",
    };
    const announced = { records: 3, compressedBytes: null, uncompressedBytes: 900 };
    expect(build()).toEqual({
      schemaVersion: 1,
      export: "schedules",
      exporter: "agent-schedule-detail",
      connection: "acme",
      run: { id: RUN.id, trigger: "schedule", generation: 0 },
      interval: { from: "2026-11-22", to: "2026-11-22" },
      requests: [FIRST.job.request, SECOND.job.request],
      jobIds: ["a", "b"],
      artifacts: [
        { uri: "s3://lake/a.json.gz", ...artifact },
        { uri: "s3://lake/b.json.gz", ...artifact },
      ],
      announced: [
        { jobId: "a", ...announced, additionalDetails: "MU 101" },
        { jobId: "b", ...announced, additionalDetails: null },
      ],
      completedAt: "2026-11-23T08:30:00.000Z",
      deadline: "2026-11-24T08:00:00.000Z",
      archivedAt: "2026-11-23T09:00:00.000Z",
      missing: [],
      tool: { name: "nightferry", version: "0.1.0" },
    });
  });

  it("names what was requested and has no result", () => {
    expect(build([MISSING]).missing).toEqual([
      {
        interval: { from: "2026-11-22", to: "2026-11-22" },
        entities: { muIds: [103] },
        reason: "job-failed",
        message: "WFM could not run the export: Internal server error",
      },
    ]);
  });

  it("contains nothing that identifies an upload", () => {
    const text = JSON.stringify(build([MISSING]));
    for (const word of ["uploadId", "etag", "crc32", "fencingToken"]) expect(text).not.toContain(word);
  });

  it("can be read back unchanged from the text that is stored", () => {
    const manifest = build([MISSING]);
    expect(manifestSchema.parse(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  it("can be read from a version that recorded neither missing chunks nor additional details", () => {
    const { missing: _, announced, ...old } = build();
    const stored = { ...old, announced: announced.map(({ additionalDetails: __, ...totals }) => totals) };
    expect(manifestSchema.parse(stored)).toMatchObject({
      missing: [],
      announced: [{ additionalDetails: null }, { additionalDetails: null }],
    });
  });

  it.each<[string, (manifest: Manifest) => object]>([
    ["has another schema version", (manifest) => ({ ...manifest, schemaVersion: 2 })],
    ["was written by another tool", (manifest) => ({ ...manifest, tool: { name: "other", version: "1" } })],
    ["has an unknown member", (manifest) => ({ ...manifest, extra: true })],
    ["has no time", (manifest) => ({ ...manifest, completedAt: "yesterday" })],
    ["has a checksum of another kind", (manifest) => ({ ...manifest, artifacts: [{ ...manifest.artifacts[0], sha256: "A".repeat(64) }] })],
    ["has a negative count", (manifest) => ({ ...manifest, artifacts: [{ ...manifest.artifacts[0], records: -1 }] })],
  ])("is refused if it %s", (_what, change) => {
    expect(manifestSchema.safeParse(change(build())).success).toBe(false);
  });
});
