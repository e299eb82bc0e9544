import { describe, expect, it } from "vitest";
import { buildExport } from "../../factories/build-export.ts";
import { IN_FLIGHT } from "../../../src/core/jobs/job.ts";
import { pollNextConnection } from "../../../src/flows/poll/poll-connection.ts";
import { seedJob } from "../../contracts/seed.ts";
import { type Night, createNight, eventsNamed } from "../../simulated/night.ts";

const polls = (night: Night) => eventsNamed(night, "connection.polled");
const inFlight = async (night: Night) => (await night.repositories.jobs.listByState("acme", IN_FLIGHT)).length;

describe("a poll", () => {
  it("costs one status call, with 50 jobs in flight", async () => {
    const exports = Array.from({ length: 50 }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));
    const night = await createNight({ exports, connection: { maxConcurrentJobs: 50 }, wfm: { runMs: 600_000 } });
    await night.until(async () => (await inFlight(night)) === 50);
    const before = { polls: polls(night).length, list: night.wfm.calls.listJobs, single: night.wfm.calls.findJob };
    await night.pass(300_000);
    const made = polls(night).length - before.polls;
    expect(made).toBeGreaterThan(3);
    expect(await inFlight(night)).toBe(50);
    expect(night.wfm.calls.listJobs - before.list).toBe(made);
    expect(night.wfm.calls.findJob - before.single).toBe(0);
  });

  it("is not planned when nothing is in flight and orphans are ignored", async () => {
    const night = await createNight({ connection: { orphans: "ignore" } });
    await night.untilFinished();
    const calls = night.wfm.calls.listJobs;
    await night.pass(24 * 3_600_000 - 1_800_000);
    expect(night.wfm.calls.listJobs).toBe(calls);
  });

  it("is made once an hour when nothing is in flight, to find orphans", async () => {
    const night = await createNight();
    await night.untilFinished();
    const calls = night.wfm.calls.listJobs;
    await night.pass(10 * 3_600_000);
    expect(night.wfm.calls.listJobs - calls).toBe(10);
  });

  it("is made less and less often while WFM does not answer, and concludes nothing from that", async () => {
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

  it("requests the status of a job that the list lacks before it concludes anything", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 } });
    await night.until(async () => (await night.jobs()).some((job) => job.state === "running"));
    night.wfm.forget(night.wfm.jobs[0]!.id);
    await night.until(async () => night.wfm.calls.submit === 2);
    expect(night.wfm.calls.findJob).toBe(1);
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("archived");
  });

  it("ends a run whose job has failed, with the details of the server", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 } });
    await night.until(async () => night.wfm.jobs.length === 1);
    night.wfm.end(night.wfm.jobs[0]!.id, { status: "failed", errorDetails: "Internal server error" });
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("failed");
    expect(found?.jobs[0]).toMatchObject({ state: "failed", failure: { reason: "job-failed", detail: "Internal server error" } });
  });

  it("concludes nothing from an unknown status word", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 } });
    await night.until(async () => night.wfm.jobs.length === 1);
    night.wfm.end(night.wfm.jobs[0]!.id, { status: "unknown", statusWord: "ARCHIVING_TO_TAPE" });
    await night.pass(3_600_000);
    expect((await night.jobs()).map((job) => job.state)).not.toContain("failed");
    night.wfm.end(night.wfm.jobs[0]!.id, {});
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("is not made for a connection that the configuration no longer has, and its jobs stay as they are", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const job = await seedJob(night.repositories, "running");
    await night.repositories.connections.setPollState("acme", { nextPollAt: night.clock.now(), failedPolls: 2 });
    expect(await pollNextConnection({ ...night.ports, findSmartSync: () => null }, "acme")).toBe(true);
    expect(night.tables.connections.get("acme")).toMatchObject({ nextPollAt: null });
    expect(await night.repositories.jobs.find(job.id)).toEqual(job);
    expect(night.wfm.calls.listJobs).toBe(0);
  });

  it("is made by one of several processes, and of the named connection only if it is due", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })], connection: { orphans: "all" } });
    const later = new Date(night.clock.now().getTime() + 1000);
    await night.repositories.connections.setPollState("acme", { nextPollAt: later, failedPolls: 0 });
    expect(await pollNextConnection(night.ports, "acme")).toBe(false);
    await night.clock.advance(1000);
    const polled = await Promise.all([null, "acme", null].map((name) => pollNextConnection(night.ports, name)));
    expect(polled.filter(Boolean)).toHaveLength(1);
    expect(night.wfm.calls.listJobs).toBe(1);
  });

  it("that finds a finished job wakes the submit role, because there is room for another job", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 } });
    await night.until(async () => (await night.jobs()).some(({ state }) => state === "running"));
    const poll = async () => {
      night.wakeUps.flush();
      await night.repositories.connections.setPollState("acme", { nextPollAt: night.clock.now(), failedPolls: 0 });
      await pollNextConnection(night.ports, null);
      return night.wakeUps.pending().filter(({ role }) => role === "submit");
    };
    expect(await poll()).toEqual([]);
    await night.clock.advance(60_000);
    expect(await poll()).toEqual([{ role: "submit", id: null }]);
  });
});
