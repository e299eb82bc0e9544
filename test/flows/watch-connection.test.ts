import { describe, expect, it } from "vitest";
import { buildExport } from "../factories/build-export.ts";
import { createNight, type Night } from "./night.ts";

const looks = (night: Night) => night.events.filter(({ event }) => event === "connection.looked");

describe("looking at a connection", () => {
  it("costs one status call per look, with 50 jobs alive", async () => {
    const exports = Array.from({ length: 50 }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));
    const night = await createNight({ exports, connection: { maxConcurrentJobs: 50 }, wfm: { runMs: 600_000 } });
    await night.until(async () => (await night.stores.jobs.alive("acme")).count === 50);
    const before = { looks: looks(night).length, list: night.wfm.calls.listJobs, single: night.wfm.calls.findJob };
    await night.pass(300_000);
    const made = looks(night).length - before.looks;
    expect(made).toBeGreaterThan(3);
    expect((await night.stores.jobs.alive("acme")).count).toBe(50);
    expect(night.wfm.calls.listJobs - before.list).toBe(made);
    expect(night.wfm.calls.findJob - before.single).toBe(0);
  });

  it("stops when nothing is alive any more and orphans do not matter", async () => {
    const night = await createNight({ connection: { orphans: "ignore" } });
    await night.untilFinished();
    const calls = night.wfm.calls.listJobs;
    await night.pass(24 * 3_600_000 - 1_800_000);
    expect(night.wfm.calls.listJobs).toBe(calls);
  });

  it("costs one call an hour when nothing is alive, to find orphans", async () => {
    const night = await createNight();
    await night.untilFinished();
    const calls = night.wfm.calls.listJobs;
    await night.pass(10 * 3_600_000);
    expect(night.wfm.calls.listJobs - calls).toBe(10);
  });

  it("waits longer and longer while WFM does not answer, and never concludes anything from it", async () => {
    const night = await createNight({ wfm: { runMs: 3_600_000 } });
    await night.until(async () => (await night.jobs()).some((job) => job.state === "running"));
    const failure = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" } as const;
    for (let call = 0; call < 1000; call += 1) night.wfm.next("listJobs", { kind: "fail", failure });
    const before = night.wfm.calls.listJobs;
    await night.pass(1_800_000);
    expect(night.wfm.calls.listJobs - before).toBeLessThan(40);
    expect((await night.jobs()).map((job) => job.state)).toEqual(["running"]);
    expect(night.wfm.calls.submit).toBe(1);
  });

  it("asks for a job singly when the list lacks it, before it concludes anything", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 } });
    await night.until(async () => (await night.jobs()).some((job) => job.state === "running"));
    night.wfm.forget(night.wfm.jobs[0]!.id);
    await night.until(async () => night.wfm.calls.submit === 2);
    expect(night.wfm.calls.findJob).toBe(1);
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("archived");
  });

  it("ends a run whose job failed, with the server's words", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 } });
    await night.until(async () => night.wfm.jobs.length === 1);
    night.wfm.end(night.wfm.jobs[0]!.id, { status: "failed", errorDetails: "Internal server error" });
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("failed");
    expect(found?.jobs[0]).toMatchObject({ state: "failed", failure: { reason: "job-failed", detail: "Internal server error" } });
  });

  it("takes a word that nobody knows for not known yet", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 } });
    await night.until(async () => night.wfm.jobs.length === 1);
    night.wfm.end(night.wfm.jobs[0]!.id, { status: "unknown", statusWord: "ARCHIVING_TO_TAPE" });
    await night.pass(3_600_000);
    expect((await night.jobs()).map((job) => job.state)).not.toContain("failed");
    night.wfm.end(night.wfm.jobs[0]!.id, {});
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });
});
