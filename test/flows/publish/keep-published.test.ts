import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../../src/core/base/clock.ts";
import { describeFailure } from "../../../src/core/base/describe-failure.ts";
import { coverageOf } from "../../../src/core/coverage/coverage.ts";
import type { Job } from "../../../src/core/jobs/job.ts";
import { retryRun } from "../../../src/flows/jobs/retry-run.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { type Night, type NightOptions, createNight } from "../../simulated/night.ts";
import { ANNOUNCED, PARTITION, failOne, latest, published, publisher, quarantined, startOver } from "./partition-runs.ts";

/** A complete published partition of three chunks, and a rerun of it that is about to lose one of them. */
async function beginPartialRerun(): Promise<{ readonly night: Night; readonly before: ReadonlyMap<string, string> }> {
  const night = await createNight({ wfm: { mostRows: 1 } });
  await night.untilFinished();
  const before = published(night);
  const posted = night.wfm.jobs.length;
  await startOver(night);
  await night.until(async () => night.wfm.jobs.length === posted + 3);
  night.wfm.end(night.wfm.jobs[posted]!.id, { status: "failed", errorDetails: "Internal server error" });
  return { night, before };
}

async function partialRerun(): ReturnType<typeof beginPartialRerun> {
  const begun = await beginPartialRerun();
  await begun.night.untilFinished();
  return begun;
}

describe("a run that misses a chunk", () => {
  it("leaves a complete partition unchanged, and quarantines what it has", async () => {
    const { night, before } = await partialRerun();
    expect(published(night)).toEqual(before);
    const { run, jobs } = await latest(night);
    expect(run.outcome).toBe("failed");
    expect(jobs.map(({ state }) => state).toSorted()).toEqual(["canceled", "canceled", "failed"]);
    expect(quarantined(night)).toHaveLength(2 * 2);
    const failures = jobs.flatMap((job) => (job.state === "canceled" ? [job.failure] : []));
    for (const failure of failures)
      expect(failure).toMatchObject({ reason: "superseded", because: "more-complete", runId: publisher(night) });
    const copies = failures.map((failure) => (failure.reason === "superseded" ? failure.copy : null));
    const kept = quarantined(night).filter((key) => !key.endsWith(".about.json"));
    expect(new Set(copies)).toEqual(new Set(kept.map((key) => night.lake.uri(key))));
    expect(failures.map(describeFailure).join()).toContain("nightferry retry");
    expect(night.lake.staged.size).toBe(0);
  });

  it("does not accept a copy that is shorter than its result was", async () => {
    const { night } = await beginPartialRerun();
    const row = JSON.stringify([{ date: "2026-11-22", muID: 101 }]);
    const announced = { records: 1, compressedBytes: null, uncompressedBytes: row.length };
    for (const job of night.wfm.jobs.slice(-2)) night.wfm.end(job.id, { status: "completed", announced });
    const { exists } = night.lake;
    // The published partition is read last before the copy is made.
    const cutNext: typeof exists = async (key) => {
      if (key.endsWith("_SUCCESS")) night.wfm.next("openResult", { kind: "alter-body", text: row.slice(0, -8) });
      return await exists(key);
    };
    Object.assign(night.lake, { exists: cutNext });
    await night.until(async () => (await night.jobs()).some((job) => job.state === "ready" && job.lastFailure?.reason === "bytes-differ"));
    Object.assign(night.lake, { exists });
    await night.untilFinished();
    const copies = quarantined(night).filter((key) => !key.endsWith(".about.json"));
    expect(copies.map((key) => night.lake.contents.get(key)!.byteLength)).toEqual([row.length, row.length]);
  });

  it.each(["complete", "partial, too,"])(
    "leaves a partition that was %s unchanged if the store has lost an upload, and WFM the result",
    async (how) => {
      const night = await createNight({ wfm: { mostRows: 1 } });
      await (how === "complete" ? night.untilFinished() : failOne(night, 1));
      const before = published(night);
      const posted = night.wfm.jobs.length;
      const { run: again } = await startOver(night);
      await night.until(async () => night.wfm.jobs.length === posted + 3);
      const [first, second, last] = night.wfm.jobs.slice(posted);
      const lost = (how === "complete" ? first : second)!.id;
      night.wfm.end(last!.id, { status: "running", announced: ANNOUNCED });
      const isDeferred = (job: Job) => job.state === "ready" && job.failedAttempts === 0 && job.notBefore !== null;
      await night.until(async () => (await night.jobs()).filter(isDeferred).length === 2);
      await night.clock.advance(25 * HOUR_MS);
      const isOfLost = (job: Job) => job.state === "ready" && job.jobId === lost;
      const artifact = await night.repositories.artifacts.find((await night.jobs()).find(isOfLost)!.id);
      night.lake.staged.delete(artifact!.result.uploadId);
      night.wfm.forget(lost);
      night.wfm.end(last!.id, { status: "completed", announced: { ...ANNOUNCED, records: 1 } });
      await night.untilFinished();
      const { run, jobs } = (await night.repositories.runs.find(again.id))!;
      expect(run.outcome).toBe("lost");
      expect(jobs.map(({ state }) => state).toSorted()).toEqual(["canceled", "canceled", "lost"]);
      expect(published(night)).toEqual(before);
    },
  );

  it("replaces the partition once it is retried and complete", async () => {
    const { night } = await partialRerun();
    await retryRun(night.ports, await latest(night));
    await night.untilFinished();
    const { run } = await latest(night);
    expect(run.outcome).toBe("archived");
    expect(publisher(night)).toBe(run.id);
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);
  });

  it("replaces a partition that was partial, too", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await failOne(night, 1);
    expect((await latest(night)).run.outcome).toBe("partial");
    const posted = night.wfm.jobs.length;
    await startOver(night);
    await failOne(night, posted);
    const { run } = await latest(night);
    expect(run.outcome).toBe("partial");
    expect(publisher(night)).toBe(run.id);
    expect(quarantined(night)).toEqual([]);
  });

  it("cannot be completed after another run has overwritten its chunks: a late result is quarantined", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await failOne(night, 1);
    const first = await latest(night);
    await startOver(night);
    await night.untilFinished();
    const before = published(night);
    await retryRun(night.ports, first);
    await night.untilFinished();
    const found = (await night.repositories.runs.find(first.run.id))!;
    expect(found.jobs.filter(({ state }) => state === "canceled")).toMatchObject([
      { failure: { reason: "superseded", because: "overwritten" } },
    ]);
    expect(published(night)).toEqual(before);
    expect(quarantined(night)).toHaveLength(2);
  });
});

describe("a run that comes late", () => {
  it("leaves newer data unchanged, and keeps no copy of its own", async () => {
    const night = await createNight();
    const { read } = night.lake;
    const down: typeof read = async () => ({ ok: false, error: { reason: "storage-error", target: night.lake.target, detail: "busy" } });
    Object.assign(night.lake, { read: down });
    const isReady = (job: Job) => job.state === "ready" && job.failedAttempts > 0;
    await night.until(async () => (await night.jobs()).some(isReady));
    const [late] = await night.jobs();
    if (late?.state !== "ready") throw new Error("the result is not ready");
    night.tables.jobs.set(late.id, { ...late, notBefore: new Date(night.clock.now().getTime() + 6 * HOUR_MS) });
    Object.assign(night.lake, { read });
    await startOver(night);
    await night.until(async () => (await latest(night)).run.outcome !== "pending");
    const newer = (await latest(night)).run;
    expect(newer.outcome).toBe("archived");
    const before = published(night);
    await night.untilFinished();
    expect(published(night)).toEqual(before);
    expect(publisher(night)).toBe(newer.id);
    expect(await night.repositories.jobs.find(late.id)).toMatchObject({
      state: "canceled",
      failure: { reason: "superseded", because: "newer", runId: newer.id, copy: null },
    });
    expect(quarantined(night)).toEqual([]);
    expect(night.lake.staged.size).toBe(0);
  });
});

describe("a run that lacks something that the published partition has", () => {
  const WIDER = { reason: "superseded", because: "wider", has: "muIds 102" };

  /** A published partition of three entities, and a rerun of it after one of them is withdrawn. */
  async function rerunWithout(options: NightOptions, withdraw: () => void): Promise<{ night: Night; before: ReadonlyMap<string, string> }> {
    const night = await createNight(options);
    await night.untilFinished();
    const before = published(night);
    withdraw();
    await startOver(night);
    await night.untilFinished();
    return { night, before };
  }

  async function covered(night: Night) {
    const range = buildInterval("2026-11-22");
    return coverageOf(await night.repositories.runs.coverage("schedules", range), range);
  }

  it("leaves it unchanged, though forbidden entities are skipped, and quarantines the newer result", async () => {
    const forbidden = new Set<number>();
    const exports = [buildExport({ onForbidden: "skip" })];
    const { night, before } = await rerunWithout({ exports, wfm: { forbidden } }, () => forbidden.add(102));
    expect(published(night)).toEqual(before);
    const { run, jobs } = await latest(night);
    expect(run.outcome).toBe("failed");
    const failures = jobs.flatMap((job) => (job.state === "canceled" ? [job.failure] : []));
    expect(failures).toMatchObject([{ ...WIDER, runId: publisher(night), copy: expect.stringContaining("_quarantine/") as string }]);
    expect(describeFailure(failures[0]!)).toMatch(/has muIds 102 at .*date=2026-11-22.*delete .*nightferry rerun/);
    expect(quarantined(night)).toHaveLength(2);
    expect(await covered(night)).toMatchObject([{ state: "archived", runId: publisher(night) }]);
  });

  it("leaves it unchanged, though the login no longer lists the entity", async () => {
    const entities = [101, 102, 103].map((id) => ({ kind: "mu", id, name: `Sales ${id}` }) as const);
    const { night, before } = await rerunWithout({ wfm: { entities } }, () => entities.splice(1, 1));
    expect(published(night)).toEqual(before);
    expect((await latest(night)).jobs).toMatchObject([{ state: "canceled", failure: WIDER }]);
  });

  it("is published after an operator has removed the partition", async () => {
    const forbidden = new Set<number>();
    const exports = [buildExport({ onForbidden: "skip" })];
    const { night } = await rerunWithout({ exports, wfm: { forbidden } }, () => forbidden.add(102));
    for (const key of published(night).keys()) night.lake.contents.delete(key);
    await startOver(night);
    await night.untilFinished();
    const { run } = await latest(night);
    expect(run.outcome).toBe("partial");
    expect(publisher(night)).toBe(run.id);
    expect(await covered(night)).toMatchObject([{ state: "partial", runId: run.id }]);
  });

  it("leaves it unchanged if both are partial and each has something that the other lacks", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await failOne(night, 1);
    const before = published(night);
    const posted = night.wfm.jobs.length;
    await startOver(night);
    await failOne(night, posted + 1);
    expect(published(night)).toEqual(before);
    const { jobs } = await latest(night);
    expect(jobs.filter(({ state }) => state === "canceled")).toMatchObject([{ failure: WIDER }, { failure: WIDER }]);
    expect(quarantined(night)).toHaveLength(2 * 2);
  });
});
