import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../src/core/base/clock.ts";
import type { Job } from "../../../src/core/jobs/job.ts";
import type { Fault } from "../../fakes/fake-wfm.ts";
import { createNight, untilReleased } from "../../simulated/night.ts";
import { ANNOUNCED, PARTITION, latest, manifestOf, quarantined, storedRows, untilTwoOfThree } from "../publish/partition-runs.ts";

const DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;

function failureOf(job: Job | undefined): string | undefined {
  return job?.state === "ready" ? job.lastFailure?.reason : undefined;
}

describe("a result", () => {
  it.each<[string, Fault, string]>([
    ["breaks off", { kind: "cut-body", afterBytes: 20 }, "body-cut"],
    ["lacks a record", { kind: "alter-body", text: `[{"date":"2026-11-22","muID":101}]` }, "records-differ"],
    ["ends early", { kind: "alter-body", text: `[{"date":"2026-11-22","muID":101},{` }, "document-cut"],
  ])("that %s is not stored, and is archived when it is fetched again whole", async (_what, fault, reason) => {
    const night = await createNight({ wfm: { doesPage: false } });
    night.wfm.next("openResult", fault);
    await untilReleased(night);
    expect(failureOf((await night.jobs())[0])).toBe(reason);
    expect(night.lake.contents.size).toBe(0);
    expect(night.lake.staged.size).toBe(0);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.calls.openResult).toBe(2);
  });

  it("that was staged is not fetched again when it could not be published", async () => {
    const night = await createNight();
    night.lake.failNext("put", DOWN);
    await untilReleased(night);
    await night.untilFinished();
    expect(night.wfm.calls.openResult).toBe(1);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);
  });

  it("whose upload has vanished is fetched again", async () => {
    const night = await createNight();
    night.lake.failNext("commit", DOWN);
    await untilReleased(night);
    night.lake.staged.clear();
    await night.untilFinished();
    expect(night.wfm.calls.openResult).toBe(2);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("whose upload vanishes every time is fetched twice in each attempt, and waits between the attempts", async () => {
    const night = await createNight();
    const { commit } = night.lake;
    let isLosing = true;
    const lose: typeof commit = async (staged) =>
      isLosing ? { ok: false, error: { reason: "upload-vanished", target: night.lake.uri(staged.key) } } : await commit(staged);
    Object.assign(night.lake, { commit: lose });
    await untilReleased(night);
    await night.until(async () => (await night.jobs()).some((job) => job.state === "ready" && job.failedAttempts === 2));
    expect(night.wfm.calls.openResult).toBe(2 * 2);
    expect((await night.jobs())[0]).toMatchObject({ lastFailure: { reason: "upload-vanished" } });
    isLosing = false;
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("of a destination that the configuration no longer has is kept, with that reason, and archived when it is configured again", async () => {
    const night = await createNight();
    const { findObjectStore } = night.ports;
    Object.assign(night.ports, { findObjectStore: () => null });
    await untilReleased(night);
    expect((await night.jobs())[0]).toMatchObject({ lastFailure: { reason: "destination-unknown", destination: "lake" } });
    Object.assign(night.ports, { findObjectStore });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("of a connection that the configuration no longer has is kept, with that reason, and archived when it is configured again", async () => {
    const night = await createNight();
    night.lake.down = DOWN;
    await untilReleased(night);
    night.lake.down = null;
    const { findSmartSync } = night.ports;
    Object.assign(night.ports, { findSmartSync: () => null });
    await night.pass(HOUR_MS);
    expect((await night.jobs())[0]).toMatchObject({ state: "ready", lastFailure: { reason: "connection-unknown", connection: "acme" } });
    Object.assign(night.ports, { findSmartSync });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });
});

describe("a partition of several chunks", () => {
  it("is invisible before its last chunk has arrived", async () => {
    const { night, finishLast } = await untilTwoOfThree();
    expect([...night.lake.contents.keys()]).toEqual([]);
    expect((await night.jobs()).map(({ state }) => state).sort()).toEqual(["ready", "ready", "running", "split"]);
    finishLast();
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(storedRows(night)).toHaveLength(3);
    expect(night.wfm.calls.openResult).toBe(3);
  });

  it("is published after those chunks are fetched again whose uploads the store has lost", async () => {
    const { night, finishLast } = await untilTwoOfThree();
    night.lake.staged.clear();
    finishLast();
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(storedRows(night)).toHaveLength(3);
    expect(night.wfm.calls.openResult).toBe(5);
  });

  it("is published without a chunk that is canceled in WFM, and its manifest names the chunk", async () => {
    const { night } = await untilTwoOfThree();
    night.wfm.end(night.wfm.jobs.at(-1)!.id, { status: "canceled" });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("partial");
    expect(manifestOf(night)).toMatchObject({ missing: [{ reason: "job-canceled" }] });
    expect(storedRows(night)).toHaveLength(2);
  });
});

describe("a chunk that waits for the others of its partition", () => {
  it("is quarantined after half of its retention time, and published from there though the store has lost its upload", async () => {
    const night = await createNight({ wfm: { mostRows: 1 }, intervalMs: 10 * MINUTE_MS });
    await night.until(async () => night.wfm.jobs.length === 4);
    const last = night.wfm.jobs.at(-1)!.id;
    night.wfm.end(last, { status: "running", announced: ANNOUNCED });
    await night.pass(11 * HOUR_MS);
    expect(quarantined(night)).toEqual([]);
    await night.pass(2 * HOUR_MS);
    expect(quarantined(night)).toHaveLength(2 * 2);
    await night.pass(12 * HOUR_MS);
    for (const job of night.wfm.jobs.filter(({ id }) => id !== last)) night.wfm.forget(job.id);
    night.lake.staged.clear();
    night.wfm.end(last, { status: "completed", announced: { ...ANNOUNCED, records: 1 } });
    await night.untilFinished();
    expect((await latest(night)).run.outcome).toBe("archived");
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);
    expect(quarantined(night)).toEqual([]);
  });

  it("is not lost when no process ran to copy it before WFM deleted it: what it has staged is published", async () => {
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
    expect((await night.repositories.runs.find(run.id))!.run.outcome).toBe("archived");
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);
  });
});
