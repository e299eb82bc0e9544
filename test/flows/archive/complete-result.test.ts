import { describe, expect, it } from "vitest";
import { MINUTE_MS, SECOND_MS } from "../../../src/core/base/clock.ts";
import { factsOf } from "../../../src/core/jobs/transition.ts";
import type { ArchivingJob } from "../../../src/core/persistence/job-repository.ts";
import { completeResult } from "../../../src/flows/archive/complete-result.ts";
import { loadPartition } from "../../../src/flows/publish/load-partition.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight, eventsNamed } from "../../simulated/night.ts";
import { PARTITION, untilTwoOfThree } from "../publish/partition-runs.ts";

const DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;

/** A night that is about one archiving job. */
async function withArchiving(): Promise<{ readonly night: Night; readonly job: ArchivingJob }> {
  const night = await createNight({ exports: [buildExport({ schedule: null })] });
  const job = await seedJob(night.repositories, "archiving");
  if (job.state !== "archiving") throw new Error("the job is not archiving");
  return { night, job };
}

describe("a completed result", () => {
  it("that is published ends its job and its run", async () => {
    const { night, job } = await withArchiving();
    const contents = await loadPartition(night.ports, job);
    await completeResult(night.ports, job, { outcome: "published", contents, store: night.lake });
    const found = await night.repositories.runs.find(job.runId);
    expect(found).toMatchObject({ run: { outcome: "archived" }, jobs: [{ state: "archived" }] });
    expect(eventsNamed(night, "run.finished")).toMatchObject([{ runId: job.runId, outcome: "archived" }]);
  });

  it("that is superseded ends its job with the reason", async () => {
    const { night, job } = await withArchiving();
    const failure = { reason: "superseded", target: "memory://x", runId: "other", copy: null, because: "newer" } as const;
    await completeResult(night.ports, job, { outcome: "superseded", failure });
    expect(await night.repositories.runs.find(job.runId)).toMatchObject({
      run: { outcome: "canceled" },
      jobs: [{ state: "canceled", failure }],
    });
  });

  it("that is quarantined is ready again, with its copy, and wakes the archive role", async () => {
    const { night, job } = await withArchiving();
    const facts = { mediaType: "application/json", encoding: "identity" } as const;
    const copy = { key: "_quarantine/acme/1.json", uri: "memory://1", bytes: 2, sha256: "00", ...facts, quarantinedAt: night.clock.now() };
    await completeResult(night.ports, job, { outcome: "quarantined", copy });
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({ state: "ready", quarantine: copy, notBefore: null });
    expect(night.wakeUps.pending()).toEqual([{ role: "archive", id: job.id }]);
  });

  it("changes nothing if another worker has claimed the job meanwhile", async () => {
    const { night, job } = await withArchiving();
    const before = await night.repositories.jobs.find(job.id);
    const old = { ...job, ...factsOf(job), version: job.version - 1 };
    const contents = await loadPartition(night.ports, job);
    await completeResult(night.ports, old, { outcome: "published", contents, store: night.lake });
    expect(await night.repositories.jobs.find(job.id)).toEqual(before);
    expect(night.events).toEqual([]);
  });
});

describe("a deferred result", () => {
  it.each([
    ["chunks", 10 * MINUTE_MS, []],
    ["partition", 15 * SECOND_MS, ["archive"]],
  ] as const)("that waits for %s is due again after its wait", async (waitsFor, delayMs, woken) => {
    const { night, job } = await withArchiving();
    // The partition has another job that a worker has claimed, and one that is still pending.
    await seedJob(night.repositories, "archiving");
    await completeResult(night.ports, job, { outcome: "waiting", waitsFor });
    const until = new Date(night.clock.now().getTime() + delayMs);
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({ state: "ready", notBefore: until, lastFailure: null });
    expect(night.wakeUps.pending()).toEqual(woken.map((role) => ({ role, id: job.id })));
  });

  it("is archived at once if what it waited for has ended while it was deferred", async () => {
    const { night, job } = await withArchiving();
    await night.repositories.artifacts.stage({
      jobRowId: job.id,
      uri: "memory://x",
      committedAt: null,
      result: (await stagedObject(night)) as never,
    });
    await completeResult(night.ports, job, { outcome: "waiting", waitsFor: "chunks" });
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({ state: "ready", notBefore: null });
    expect(night.wakeUps.pending()).toEqual([{ role: "archive", id: job.id }]);
  });
});

describe("a published partition of several chunks", () => {
  it("completes the chunks that were deferred for it", async () => {
    const { night, finishLast } = await untilTwoOfThree();
    finishLast();
    await night.untilFinished();
    const archived = eventsNamed(night, "job.transitioned").filter(({ to }) => to === "archived");
    expect(archived.map(({ from }) => from).toSorted()).toEqual(["archiving", "ready", "ready"]);
  });

  it("completes a chunk that was deferred only after the partition was loaded", async () => {
    const { night, finishLast } = await untilTwoOfThree();
    night.lake.down = DOWN;
    finishLast();
    await night.until(async () => (await night.jobs()).filter(({ state }) => state === "ready").length === 3);
    night.lake.down = null;
    await night.untilFinished();
    expect((await night.jobs()).map(({ state }) => state).toSorted()).toEqual(["archived", "archived", "archived", "split"]);
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);
  });
});

/** What an upload of three bytes is, as the stager reports it. */
async function stagedObject(night: Night): Promise<unknown> {
  const upload = await night.lake.begin("raw/x/part-000.json.gz", { mediaType: "application/json", encoding: "gzip" });
  if (!upload.ok) throw new Error("the fake store begins everything");
  await upload.value.write(new Uint8Array([1, 2, 3]));
  const staged = await upload.value.finish();
  if (!staged.ok) throw new Error("the fake store stages everything");
  return { ...staged.value, records: 1, uncompressedBytes: 3 };
}
