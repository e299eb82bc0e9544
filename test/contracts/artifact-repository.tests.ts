import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import type { JobRowId, RunId } from "../../src/core/base/ids.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildInterval } from "../factories/build-run.ts";
import { buildArtifact } from "./build-artifact.ts";
import { NOW, after, seedConfiguration, seedRun } from "./seed.ts";

export function artifactTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));

  it("stores what a job has staged, in place of what it had staged before", async () => {
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

  it("records no commit of an upload that was replaced", async () => {
    const { jobs } = await seedRun(given(), [{}]);
    const { id } = jobs[0]!;
    const { uploadId } = buildArtifact(id).result;
    expect(await given().artifacts.markCommitted(id, uploadId, NOW)).toBe(false);
    await given().artifacts.stage(buildArtifact(id, "upload-2"));
    expect(await given().artifacts.markCommitted(id, uploadId, NOW)).toBe(false);
    expect((await given().artifacts.find(id))?.committedAt).toBeNull();
  });

  it("refuses to stage a result of a job that does not exist", async () => {
    const id = randomUUID() as JobRowId;
    await expect(given().artifacts.stage(buildArtifact(id))).rejects.toThrow("artifacts_job_fkey");
  });

  it("deletes a staged result, also when there is none", async () => {
    const { jobs } = await seedRun(given(), [{}]);
    const { id } = jobs[0]!;
    await given().artifacts.stage(buildArtifact(id));
    await given().artifacts.forget(id);
    await given().artifacts.forget(id);
    expect(await given().artifacts.find(id)).toBeNull();
  });

  it("lists a run's artifacts in the order of its dates and chunks", async () => {
    const { run, jobs } = await seedRun(given(), [
      { interval: buildInterval("2026-11-22"), chunk: 1 },
      { interval: buildInterval("2026-11-22"), chunk: 0 },
      { interval: buildInterval("2026-11-21") },
      { interval: buildInterval("2026-11-23") },
    ]);
    const { jobs: others } = await seedRun(given(), [{}]);
    for (const { id } of [...jobs.slice(0, 3), ...others]) await given().artifacts.stage(buildArtifact(id));
    const listed = await given().artifacts.listOfRun(run.id);
    expect(listed.map(({ jobRowId }) => jobRowId)).toEqual([jobs[2], jobs[1], jobs[0]].map((job) => job?.id));
    expect(await given().artifacts.listOfRun(randomUUID() as RunId)).toEqual([]);
  });
}
