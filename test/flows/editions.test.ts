import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/core/clock.ts";
import { describeFailure } from "../../src/core/describe-failure.ts";
import type { Job } from "../../src/core/job.ts";
import { retryRun } from "../../src/flows/retry-run.ts";
import { FOLDER, failOne, latest, published, rescued, startOver, writer } from "./folder-editions.ts";
import { createNight, type Night } from "./night.ts";

const ANNOUNCED = { records: null, compressedBytes: null, uncompressedBytes: null };

/** A folder of three parts, published whole, and a run that starts it over and is to lose one of them. */
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

describe("a run that misses a part", () => {
  it("leaves a folder as it is that was had whole, and keeps raw what it has", async () => {
    const { night, before } = await partialRerun();
    expect(published(night)).toEqual(before);
    const { run, jobs } = await latest(night);
    expect(run.outcome).toBe("failed");
    expect(jobs.map(({ state }) => state).toSorted()).toEqual(["canceled", "canceled", "failed"]);
    expect(rescued(night)).toHaveLength(2 * 2);
    const failures = jobs.flatMap((job) => (job.state === "canceled" ? [job.failure] : []));
    for (const failure of failures) expect(failure).toMatchObject({ reason: "edition-outdone", because: "whole", runId: writer(night) });
    const copies = failures.map((failure) => (failure.reason === "edition-outdone" ? failure.copy : null));
    const kept = rescued(night).filter((key) => !key.endsWith(".about.json"));
    expect(new Set(copies)).toEqual(new Set(kept.map((key) => night.lake.uri(key))));
    expect(failures.map(describeFailure).join()).toContain("nightferry retry");
    expect(night.lake.staged.size).toBe(0);
  });

  it("keeps no copy that is not as long as its result was", async () => {
    const { night } = await beginPartialRerun();
    const row = JSON.stringify([{ date: "2026-11-22", muID: 101 }]);
    const announced = { records: 1, compressedBytes: null, uncompressedBytes: row.length };
    for (const job of night.wfm.jobs.slice(-2)) night.wfm.end(job.id, { status: "completed", announced });
    const { read } = night.lake;
    // The edition that stands is looked at last before the copy is made.
    const cutNext: typeof read = async (key) => {
      if (key.endsWith("_SUCCESS")) night.wfm.next("openResult", { kind: "alter-body", text: row.slice(0, -8) });
      return await read(key);
    };
    Object.assign(night.lake, { read: cutNext });
    await night.until(async () => (await night.jobs()).some((job) => job.state === "ready" && job.lastFailure?.reason === "bytes-differ"));
    Object.assign(night.lake, { read });
    await night.untilFinished();
    const copies = rescued(night).filter((key) => !key.endsWith(".about.json"));
    expect(copies.map((key) => night.lake.contents.get(key)!.byteLength)).toEqual([row.length, row.length]);
  });

  it.each(["whole", "not whole either"])(
    "leaves it, too, when a store has lost an upload, and WFM the result: one that was %s",
    async (how) => {
      const night = await createNight({ wfm: { mostRows: 1 } });
      await (how === "whole" ? night.untilFinished() : failOne(night, 1));
      const before = published(night);
      const posted = night.wfm.jobs.length;
      const { run: again } = await startOver(night);
      await night.until(async () => night.wfm.jobs.length === posted + 3);
      const [first, second, last] = night.wfm.jobs.slice(posted);
      const lost = (how === "whole" ? first : second)!.id;
      night.wfm.end(last!.id, { status: "running", announced: ANNOUNCED });
      const isAside = (job: Job) => job.state === "ready" && job.attempt === 0 && job.notBefore !== null;
      await night.until(async () => (await night.jobs()).filter(isAside).length === 2);
      await night.clock.advance(25 * HOUR_MS);
      const isOfLost = (job: Job) => job.state === "ready" && job.vendorJobId === lost;
      const artifact = await night.stores.artifacts.find((await night.jobs()).find(isOfLost)!.id);
      night.lake.staged.delete(artifact!.result.uploadId);
      night.wfm.forget(lost);
      night.wfm.end(last!.id, { status: "completed", announced: { ...ANNOUNCED, records: 1 } });
      await night.untilFinished();
      const { run, jobs } = (await night.stores.runs.find(again.id))!;
      expect(run.outcome).toBe("lost");
      expect(jobs.map(({ state }) => state).toSorted()).toEqual(["canceled", "canceled", "lost"]);
      expect(published(night)).toEqual(before);
    },
  );

  it("takes the folder once it is retried and whole", async () => {
    const { night } = await partialRerun();
    await retryRun(night.ports, await latest(night));
    await night.untilFinished();
    const { run } = await latest(night);
    expect(run.outcome).toBe("archived");
    expect(writer(night)).toBe(run.id);
    expect(night.lake.contents.has(`${FOLDER}/_SUCCESS`)).toBe(true);
  });

  it("takes the place of one that was not whole either", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await failOne(night, 1);
    expect((await latest(night)).run.outcome).toBe("partial");
    const posted = night.wfm.jobs.length;
    await startOver(night);
    await failOne(night, posted);
    const { run } = await latest(night);
    expect(run.outcome).toBe("partial");
    expect(writer(night)).toBe(run.id);
    expect(rescued(night)).toEqual([]);
  });

  it("cannot be completed after another run has written over its parts: what comes late is kept raw", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await failOne(night, 1);
    const first = await latest(night);
    await startOver(night);
    await night.untilFinished();
    const before = published(night);
    await retryRun(night.ports, first);
    await night.untilFinished();
    const found = (await night.stores.runs.find(first.run.id))!;
    expect(found.jobs.filter(({ state }) => state === "canceled")).toMatchObject([
      { failure: { reason: "edition-outdone", because: "written-over" } },
    ]);
    expect(published(night)).toEqual(before);
    expect(rescued(night)).toHaveLength(2);
    expect(night.queue.failures).toEqual([]);
  });
});

describe("a run that comes late", () => {
  it("leaves newer data where they are, and keeps no copy of its own", async () => {
    const night = await createNight();
    const { read } = night.lake;
    const down: typeof read = async () => ({ ok: false, error: { reason: "storage-error", target: night.lake.target, detail: "busy" } });
    Object.assign(night.lake, { read: down });
    const isReady = (job: Job) => job.state === "ready" && job.attempt > 0;
    await night.until(async () => (await night.jobs()).some(isReady));
    const [late] = await night.jobs();
    const until = new Date(night.clock.now().getTime() + 6 * HOUR_MS);
    const { listReady } = night.stores.jobs;
    const isHeldBack = () => night.clock.now() < until;
    Object.assign(night.stores.jobs, {
      listReady: (async (query) =>
        (await listReady({ ...query, limit: 10 }))
          .filter(({ id }) => id !== late!.id || !isHeldBack())
          .slice(0, query.limit)) satisfies typeof listReady,
    });
    Object.assign(night.lake, { read });
    await startOver(night);
    await night.until(async () => (await latest(night)).run.outcome !== "pending");
    const newer = (await latest(night)).run;
    expect(newer.outcome).toBe("archived");
    const before = published(night);
    await night.untilFinished();
    expect(published(night)).toEqual(before);
    expect(writer(night)).toBe(newer.id);
    expect(await night.stores.jobs.find(late!.id)).toMatchObject({
      state: "canceled",
      failure: { reason: "edition-outdone", because: "newer", runId: newer.id, copy: null },
    });
    expect(rescued(night)).toEqual([]);
    expect(night.lake.staged.size).toBe(0);
  });
});

describe("a part that waits for the others of its folder", () => {
  it("is copied raw when half of its time is over, and published from there though the store has lost the upload", async () => {
    const night = await createNight({ wfm: { mostRows: 1 }, beatMs: 10 * MINUTE_MS });
    await night.until(async () => night.wfm.jobs.length === 4);
    const last = night.wfm.jobs.at(-1)!.id;
    night.wfm.end(last, { status: "running", announced: ANNOUNCED });
    await night.pass(11 * HOUR_MS);
    expect(rescued(night)).toEqual([]);
    await night.pass(2 * HOUR_MS);
    expect(rescued(night)).toHaveLength(2 * 2);
    await night.pass(12 * HOUR_MS);
    for (const job of night.wfm.jobs.filter(({ id }) => id !== last)) night.wfm.forget(job.id);
    night.lake.staged.clear();
    night.wfm.end(last, { status: "completed", announced: { ...ANNOUNCED, records: 1 } });
    await night.untilFinished();
    expect((await latest(night)).run.outcome).toBe("archived");
    expect(night.lake.contents.has(`${FOLDER}/_SUCCESS`)).toBe(true);
    expect(rescued(night)).toEqual([]);
  });

  it("is not lost when nobody was there to copy it before WFM deleted it: what it has staged is published", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await night.until(async () => night.wfm.jobs.length === 4);
    const { run } = await latest(night);
    const last = night.wfm.jobs.at(-1)!.id;
    night.wfm.end(last, { status: "running", announced: ANNOUNCED });
    await night.until(async () => (await night.jobs()).filter((job) => job.state === "ready" && job.notBefore !== null).length === 2);
    await night.clock.advance(25 * HOUR_MS);
    for (const job of night.wfm.jobs.filter(({ id }) => id !== last)) night.wfm.forget(job.id);
    await night.pass(HOUR_MS);
    night.wfm.end(last, { status: "completed", announced: { ...ANNOUNCED, records: 1 } });
    await night.untilFinished();
    expect((await night.stores.runs.find(run.id))!.run.outcome).toBe("archived");
    expect(night.lake.contents.has(`${FOLDER}/_SUCCESS`)).toBe(true);
  });
});
