import { describe, expect, it } from "vitest";
import type { Job } from "../../src/core/job.ts";
import { NOTHING_CLOSED } from "../../src/core/outage.ts";
import { buildExport } from "../factories/build-export.ts";
import type { Fault } from "../fakes/fake-wfm.ts";
import { createNight, type Night } from "./night.ts";

const DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;

function ready(night: Night): Promise<void> {
  return night.until(async () => (await night.jobs()).some((job) => job.state === "ready" && job.attempt > 0));
}

function failureOf(job: Job | undefined): string | undefined {
  return job?.state === "ready" ? job.lastFailure?.reason : undefined;
}

describe("archiving a result", () => {
  it.each<[string, Fault, string]>([
    ["breaks off", { kind: "cut-body", afterBytes: 20 }, "body-cut"],
    ["lacks a record", { kind: "alter-body", text: `[{"date":"2026-11-22","muID":101}]` }, "records-differ"],
    ["ends early", { kind: "alter-body", text: `[{"date":"2026-11-22","muID":101},{` }, "document-cut"],
  ])("that %s stores nothing, and succeeds when it is fetched again whole", async (_what, fault, reason) => {
    const night = await createNight({ wfm: { doesPage: false } });
    night.wfm.next("openResult", fault);
    await ready(night);
    expect(failureOf((await night.jobs())[0])).toBe(reason);
    expect(night.lake.contents.size).toBe(0);
    expect(night.lake.staged.size).toBe(0);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.calls.openResult).toBe(2);
  });

  it("that was staged is not fetched again when publishing it fails", async () => {
    const night = await createNight();
    night.lake.failNext("put", DOWN);
    await ready(night);
    await night.untilFinished();
    expect(night.wfm.calls.openResult).toBe(1);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect([...night.lake.contents.keys()].some((key) => key.endsWith("_SUCCESS"))).toBe(true);
  });

  it("whose upload has vanished is fetched again", async () => {
    const night = await createNight();
    night.lake.failNext("commit", DOWN);
    await ready(night);
    night.lake.staged.clear();
    await night.untilFinished();
    expect(night.wfm.calls.openResult).toBe(2);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("whose upload vanishes whenever it is made waits between its tries, and is fetched twice in each", async () => {
    const night = await createNight();
    const { commit } = night.lake;
    let isLosing = true;
    const lose: typeof commit = async (staged) =>
      isLosing ? { ok: false, error: { reason: "upload-vanished", target: night.lake.uri(staged.key) } } : await commit(staged);
    Object.assign(night.lake, { commit: lose });
    await ready(night);
    await night.until(async () => (await night.jobs()).some((job) => job.state === "ready" && job.attempt === 2));
    expect(night.wfm.calls.openResult).toBe(2 * 2);
    expect((await night.jobs())[0]).toMatchObject({ lastFailure: { reason: "upload-vanished" } });
    isLosing = false;
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("goes by the deadline, whichever message comes first", async () => {
    const names = ["c", "a", "b"];
    const night = await createNight({
      exports: names.map((name) => buildExport({ name, exporter: `exporter-${name}` })),
    });
    for (let call = 0; call < 300; call += 1) night.lake.failNext("begin", DOWN);
    await night.until(async () => (await night.jobs()).filter((job) => job.state === "ready").length === 3);
    const listed = await night.stores.jobs.listReady({ now: new Date("2027-01-01"), closed: NOTHING_CLOSED, limit: 10 });
    const order = listed.map((job) => job.id);
    const deadlines = listed.map((job) => (job.state === "ready" ? job.deadline.getTime() : 0));
    expect(deadlines).toEqual([...deadlines].sort((a, b) => a - b));
    expect(order).toHaveLength(3);
  });

  it("is lost only when WFM no longer has it after its deadline", async () => {
    const night = await createNight();
    for (let call = 0; call < 1000; call += 1) night.lake.failNext("begin", DOWN);
    await ready(night);
    await night.pass(23 * 3_600_000);
    expect((await night.jobs())[0]?.state).toBe("ready");
    night.wfm.forget(night.wfm.jobs[0]!.id);
    await night.pass(1800_000);
    expect((await night.jobs())[0]?.state).toBe("ready");
    await night.until(async () => (await night.jobs()).some((job) => job.state === "lost"));
    const lost = (await night.jobs()).find((job) => job.state === "lost");
    expect(lost).toMatchObject({ failure: { reason: "job-unknown" } });
    if (lost?.state === "lost") expect(lost.lostAt >= lost.deadline).toBe(true);
  });

  it("is taken back from an archiver that died, and from no other", async () => {
    const night = await createNight();
    const held: (() => void)[] = [];
    const { openResult } = night.wfm.client;
    Object.assign(night.wfm.client, { openResult: async () => await new Promise<void>((resolve) => held.push(resolve)) });
    const dying = night.until(async () => held.length > 0 && (await night.jobs())[0]?.state === "archived");
    await until(() => held.length === 1);
    const [job] = await night.jobs();
    expect(job?.state).toBe("archiving");
    // The dead archiver's promise never settles; another process goes on.
    Object.assign(night.wfm.client, { openResult });
    void dying.catch(() => undefined);
    const { sweep } = await import("../../src/flows/sweep.ts");
    const { archiveNext } = await import("../../src/flows/archive-next.ts");
    await sweep(night.ports);
    expect((await night.jobs())[0]?.state).toBe("archiving");
    const frozen = { ...night.ports, clock: { ...night.clock, now: () => new Date(night.clock.now().getTime() + 61_000) } };
    await sweep(frozen);
    expect((await night.jobs())[0]?.state).toBe("ready");
    expect(await archiveNext(frozen)).toBe(true);
    expect((await night.jobs())[0]?.state).toBe("archived");
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
