import { describe, expect, it } from "vitest";
import { type Job, type StateName } from "../../../src/core/jobs/job.ts";
import { loadPartition } from "../../../src/flows/publish/load-partition.ts";
import { advance, seedJob, seedRun } from "../../contracts/seed.ts";
import { eventsTo } from "../../factories/build-job.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { type Night, createNight } from "../../simulated/night.ts";

/** A run whose partition has a chunk in each of these states; those marked with `+` have staged a result. */
async function withChunks(
  ...chunks: readonly (StateName | `${StateName}+`)[]
): Promise<{ readonly night: Night; readonly jobs: readonly Job[] }> {
  const night = await createNight();
  const seeded = await seedRun(
    night.repositories,
    chunks.map(() => ({})),
  );
  const jobs: Job[] = [];
  for (const [index, chunk] of chunks.entries()) {
    let job: Job = seeded.jobs[index]!;
    for (const { event, at } of eventsTo(chunk.replace("+", "") as StateName)) job = await advance(night.repositories, job, event, at);
    jobs.push(job);
    if (chunk.endsWith("+")) await night.repositories.artifacts.stage(artifactOf(job));
  }
  return { night, jobs };
}

function artifactOf(job: Job) {
  const facts = { mediaType: "application/json", encoding: "gzip", parts: [], bytes: 3, sha256: "00", crc32: "0", records: 1 } as const;
  const result = { ...facts, key: `raw/x/part-00${job.chunk}.json.gz`, uploadId: job.id, uncompressedBytes: 3 };
  return { jobRowId: job.id, uri: `memory://${job.chunk}`, committedAt: null, result } as never;
}

describe("a partition", () => {
  it("has its staged chunks in order, and names those that ended without a result", async () => {
    const { night, jobs } = await withChunks("ready+", "failed", "archiving+", "canceled", "split");
    const contents = await loadPartition(night.ports, jobs[2]!);
    expect(contents.staged.map(({ job }) => job.chunk)).toEqual([0, 2]);
    expect(contents.missing.map(({ job, failure }) => [job.chunk, failure.reason])).toEqual([
      [1, "job-failed"],
      [3, "job-canceled"],
    ]);
    expect([contents.isWaiting, contents.isShared, contents.run.id]).toEqual([false, false, jobs[0]!.runId]);
  });

  it.each<StateName>(["pending", "submitting", "waiting", "running", "ready"])(
    "waits for a chunk that is %s and not staged",
    async (state) => {
      const { night, jobs } = await withChunks("archiving+", state);
      expect(await loadPartition(night.ports, jobs[0]!)).toMatchObject({ isWaiting: true });
    },
  );

  it("is shared while a worker has claimed another job of it, also one of another run, and not one of another date", async () => {
    const { night, jobs } = await withChunks("archiving+");
    await seedJob(night.repositories, "archiving", { interval: buildInterval("2026-11-21") });
    expect(await loadPartition(night.ports, jobs[0]!)).toMatchObject({ isShared: false });
    await seedJob(night.repositories, "archiving");
    expect(await loadPartition(night.ports, jobs[0]!)).toMatchObject({ isShared: true });
  });
});
