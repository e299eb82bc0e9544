import { describe, expect, it } from "vitest";
import { buildExport } from "../factories/build-export.ts";
import { createNight, type Night } from "./night.ts";

const HOUR = 3_600_000;
const S3_DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const WFM_DOWN = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" } as const;

const manyExports = (count: number) =>
  Array.from({ length: count }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));

const archivedIds = (night: Night) =>
  night.events.flatMap((event) => (event.event === "job.moved" && event.to === "archived" ? [event.jobId] : []));
const levelsTold = (night: Night) =>
  night.events.flatMap((event) => (event.event === "alarm.raised" && event.news.kind === "result-in-danger" ? [event.news.level] : []));
const allReady = (night: Night, count: number) =>
  night.until(async () => (await night.jobs()).filter(({ state }) => state === "ready").length === count);

describe("S3 refusing for 20 hours with 200 results waiting", () => {
  it("costs nothing: all are archived before their deadline, in deadline order, and people were told at 50 and 80 %", async () => {
    const night = await createNight({
      exports: manyExports(200),
      connection: { maxConcurrentJobs: 20 },
      wfm: { runMs: 60_000 },
      beatMs: 60_000,
    });
    night.lake.down = S3_DOWN;
    await allReady(night, 200);
    const deadlines = new Map((await night.jobs()).map((job) => [job.id, job.state === "ready" ? job.deadline : null]));
    await night.pass(20 * HOUR);
    expect(levelsTold(night).filter((level) => level === 50)).toHaveLength(200);
    expect(levelsTold(night).filter((level) => level === 80)).toHaveLength(200);
    night.lake.down = null;
    await night.untilFinished();

    const jobs = await night.jobs();
    expect(jobs.map(({ state }) => state)).toEqual(jobs.map(() => "archived"));
    for (const job of jobs) if (job.state === "archived") expect(job.archivedAt < job.deadline).toBe(true);
    const order = archivedIds(night).map((id) => deadlines.get(id)!.getTime());
    expect(order).toHaveLength(200);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(night.wfm.calls.submit).toBe(200);
    expect([...night.lake.contents.keys()].filter((key) => key.startsWith("_rescued/"))).toEqual([]);
    expect(night.told).toHaveLength(400);
  });
});

describe("a destination that is down", () => {
  it("is asked rarely, by one job for all, whatever waits for it", async () => {
    const night = await createNight({ exports: manyExports(30), connection: { maxConcurrentJobs: 30 } });
    night.lake.down = S3_DOWN;
    await allReady(night, 30);
    const before = night.lake.operations.length;
    await night.pass(HOUR);
    expect(night.lake.operations.length - before).toBeLessThan(30);
    expect(night.events.filter(({ event }) => event === "outage.began")).toHaveLength(1);
    night.lake.down = null;
    await night.untilFinished();
    expect(night.events.filter(({ event }) => event === "outage.ended")).toHaveLength(1);
  });

  it("keeps no result from another destination", async () => {
    const exports = [buildExport({ name: "down" }), buildExport({ name: "up", destination: "disk", exporter: "agent-info" })];
    const night = await createNight({ exports });
    night.lake.down = S3_DOWN;
    await night.until(async () => (await night.runs()).some(({ run }) => run.exportName === "up" && run.outcome === "archived"));
    expect((await night.jobs()).find(({ exportName }) => exportName === "down")?.state).toBe("ready");
    expect([...night.disk.contents.keys()]).toContain("up/date=2026-11-22/_SUCCESS");
  });
});

describe("a WFM that is down", () => {
  it("is asked by one for all, and goes on where it was", async () => {
    const night = await createNight({ exports: manyExports(30), connection: { maxConcurrentJobs: 4 }, beatMs: 20_000 });
    await night.until(async () => night.wfm.calls.submit > 0);
    night.wfm.down = WFM_DOWN;
    await night.pass(60_000);
    const before = { submit: night.wfm.calls.submit, entities: night.wfm.calls.listEntities, results: night.wfm.calls.openResult };
    await night.pass(6 * HOUR);
    const probes = { submit: night.wfm.calls.submit - before.submit, results: night.wfm.calls.openResult - before.results };
    expect(probes.submit + probes.results).toBeLessThan(150);
    night.wfm.down = null;
    await night.untilFinished();
    expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(Array.from({ length: 30 }, () => "archived"));
    expect(night.wfm.jobs).toHaveLength(30);
  });

  it("that asks for patience gets it, although it answers other calls", async () => {
    const night = await createNight();
    const failure = { reason: "rate-limited", target: "https://wfm.example", retryAfterMs: 600_000 } as const;
    night.wfm.next("submit", { kind: "fail", failure });
    await night.until(async () => night.wfm.calls.submit === 1);
    const began = night.events.find((event) => event.event === "outage.began");
    expect(began!.until.getTime() - night.clock.now().getTime()).toBeGreaterThan(590_000);
    const looks = night.wfm.calls.listJobs;
    await night.until(async () => night.wfm.calls.submit === 2);
    expect(night.clock.now() >= began!.until).toBe(true);
    expect(night.wfm.calls.listJobs).toBeGreaterThan(looks);
  });
});

describe("two systems down at once", () => {
  it("lose nothing: the one that comes back first does what it can", async () => {
    const night = await createNight({
      exports: manyExports(10),
      connection: { maxConcurrentJobs: 10 },
      wfm: { runMs: 300_000 },
      beatMs: 30_000,
    });
    night.lake.down = S3_DOWN;
    await night.until(async () => night.wfm.calls.submit === 10);
    night.wfm.down = WFM_DOWN;
    await night.pass(3 * HOUR);
    night.wfm.down = null;
    await allReady(night, 10);
    await night.pass(9 * HOUR);
    night.lake.down = null;
    await night.untilFinished();
    expect((await night.runs()).every(({ run }) => run.outcome === "archived")).toBe(true);
    expect(night.wfm.calls.submit).toBe(10);
  });
});
