import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import type { JobId, RunId } from "../../src/core/ids.ts";
import type { Artifact, Stores } from "../../src/core/stores.ts";
import { buildInterval } from "../factories/build-run.ts";
import { NOW, after, seedConfiguration, seedRun } from "./seed.ts";

function buildArtifact(jobId: JobId, uploadId = "upload-1"): Artifact {
  return {
    jobId,
    uri: `s3://lake/${jobId}.json.gz`,
    result: {
      key: `${jobId}.json.gz`,
      uploadId,
      parts: [
        { number: 1, etag: '"a"', crc32: "AAAAAA==" },
        { number: 2, etag: '"b"', crc32: "AAAAAQ==" },
      ],
      bytes: 7_000_000_000,
      sha256: "0".repeat(64),
      crc32: "AAAAAg==",
      mediaType: "application/json",
      encoding: "gzip",
      records: 12,
      uncompressedBytes: 70_000_000_000,
    },
    committedAt: null,
  };
}

export function artifactTests(given: () => Stores): void {
  beforeEach(() => seedConfiguration(given()));

  it("remembers what is staged, in place of what was staged before", async () => {
    const { jobs } = await seedRun(given(), [{}]);
    const { id } = jobs[0]!;
    expect(await given().artifacts.find(id)).toBeNull();
    await given().artifacts.stage(buildArtifact(id));
    await given().artifacts.stage(buildArtifact(id, "upload-2"));
    expect(await given().artifacts.find(id)).toEqual(buildArtifact(id, "upload-2"));
  });

  it("keeps the time of the first commit, until something else is staged", async () => {
    const { jobs } = await seedRun(given(), [{}]);
    const { id } = jobs[0]!;
    await given().artifacts.stage(buildArtifact(id));
    const { uploadId } = buildArtifact(id).result;
    expect(await given().artifacts.markCommitted(id, uploadId, NOW)).toBe(true);
    expect(await given().artifacts.markCommitted(id, uploadId, after(1))).toBe(true);
    expect(await given().artifacts.find(id)).toEqual({ ...buildArtifact(id), committedAt: NOW });
    await given().artifacts.stage(buildArtifact(id));
    expect((await given().artifacts.find(id))?.committedAt).toBeNull();
  });

  it("notes no commit of what is not staged any more", async () => {
    const { jobs } = await seedRun(given(), [{}]);
    const { id } = jobs[0]!;
    const { uploadId } = buildArtifact(id).result;
    expect(await given().artifacts.markCommitted(id, uploadId, NOW)).toBe(false);
    await given().artifacts.stage(buildArtifact(id, "upload-2"));
    expect(await given().artifacts.markCommitted(id, uploadId, NOW)).toBe(false);
    expect((await given().artifacts.find(id))?.committedAt).toBeNull();
  });

  it("refuses to stage for no job", async () => {
    const id = randomUUID() as JobId;
    await expect(given().artifacts.stage(buildArtifact(id))).rejects.toThrow("artifacts_job_id_fkey");
  });

  it("forgets a result that was taken back", async () => {
    const { jobs } = await seedRun(given(), [{}]);
    const { id } = jobs[0]!;
    await given().artifacts.stage(buildArtifact(id));
    await given().artifacts.forget(id);
    await given().artifacts.forget(id);
    expect(await given().artifacts.find(id)).toBeNull();
  });

  it("lists a run's artifacts in the order of its dates and parts", async () => {
    const { run, jobs } = await seedRun(given(), [
      { interval: buildInterval("2026-11-22"), part: 1 },
      { interval: buildInterval("2026-11-22"), part: 0 },
      { interval: buildInterval("2026-11-21") },
      { interval: buildInterval("2026-11-23") },
    ]);
    const { jobs: others } = await seedRun(given(), [{}]);
    for (const { id } of [...jobs.slice(0, 3), ...others]) await given().artifacts.stage(buildArtifact(id));
    const listed = await given().artifacts.listOfRun(run.id);
    expect(listed.map(({ jobId }) => jobId)).toEqual([jobs[2], jobs[1], jobs[0]].map((job) => job?.id));
    expect(await given().artifacts.listOfRun(randomUUID() as RunId)).toEqual([]);
  });
}
