import { expect, it } from "vitest";
import type { Artifact } from "../../../src/core/jobs/artifact.ts";
import type { StagedChunk } from "../../../src/flows/publish/load-partition.ts";
import { recordCommitted } from "../../../src/flows/publish/record-committed.ts";
import { createNight, eventsNamed } from "../../simulated/night.ts";

/** A night whose only chunk is published, as it was when it was only staged. */
async function withChunk() {
  const night = await createNight();
  await night.untilFinished();
  const [job] = await night.jobs();
  if (job?.state !== "archived") throw new Error("the job is not archived");
  const artifact: Artifact = { ...(await night.repositories.artifacts.find(job.id))!, committedAt: null };
  await night.repositories.artifacts.stage(artifact);
  const before = night.events.length;
  return {
    night,
    chunk: { job, artifact } satisfies StagedChunk,
    stored: () => eventsNamed({ events: night.events.slice(before) }, "job.stored"),
  };
}

it("a committed chunk is recorded, and its event says where it is", async () => {
  const { night, chunk, stored } = await withChunk();
  expect(await recordCommitted(night.ports, [chunk])).toBe(true);
  const { id, jobId } = chunk.job;
  expect(stored()).toMatchObject([{ id, jobId, connection: "acme", uri: chunk.artifact.uri, records: 3 }]);
  expect((await night.repositories.artifacts.find(id))?.committedAt).toEqual(night.clock.now());
});

it("a chunk that was recorded before is not recorded again", async () => {
  const { night, chunk, stored } = await withChunk();
  const committed = { ...chunk, artifact: { ...chunk.artifact, committedAt: night.clock.now() } };
  expect(await recordCommitted(night.ports, [committed])).toBe(true);
  expect(stored()).toEqual([]);
});

it("a chunk that another worker has staged anew is not recorded", async () => {
  const { night, chunk, stored } = await withChunk();
  await night.repositories.artifacts.stage({ ...chunk.artifact, result: { ...chunk.artifact.result, uploadId: "another" } });
  expect(await recordCommitted(night.ports, [chunk])).toBe(false);
  expect(stored()).toEqual([]);
  expect((await night.repositories.artifacts.find(chunk.job.id))?.committedAt).toBeNull();
});
