import { beforeEach, expect, it } from "vitest";
import type { JobId } from "../../src/core/base/ids.ts";
import type { Archiving, Job } from "../../src/core/jobs/job.ts";
import { HOUR_MS } from "../../src/core/base/clock.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildJobId } from "../factories/build-job.ts";
import { buildInterval } from "../factories/build-run.ts";
import { NOW, advance, after, quarantine, seedConfiguration, seedJob, seedRun } from "./seed.ts";

/** A job that reconciliation claimed after a lost answer, and that a worker archives now. */
async function seedClaimedByReconciliation(repositories: Repositories): Promise<Job & Archiving> {
  const submitting = await seedJob(repositories, "submitting");
  const waiting = await advance(repositories, submitting, { type: "claimed-by-reconciliation", jobId: buildJobId() });
  const announced = { records: 1, compressedBytes: null, uncompressedBytes: null };
  const ready = await advance(repositories, waiting, {
    type: "completed",
    completedAt: NOW,
    deadline: after(1),
    announced,
    additionalDetails: null,
  });
  const archiving = await advance(repositories, ready, { type: "claimed", fencingToken: "lease-fencingToken", leaseUntil: after(1) });
  if (archiving.state !== "archiving") throw new Error("a claimed result is archived");
  return archiving;
}

export function jobListTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));

  it("lists jobs of a connection by state, oldest first", async () => {
    const young = await seedJob(given(), "waiting", { createdAt: after(2) });
    const old = await seedJob(given(), "ready", { createdAt: after(1) });
    const middle = await seedJob(given(), "waiting", { createdAt: after(1), interval: buildInterval("2026-11-23") });
    await seedJob(given(), "pending");
    await seedJob(given(), "waiting", { connection: "other", exportName: "agents" });
    expect(await given().jobs.listByState("acme", ["waiting", "ready"])).toEqual([old, middle, young]);
    expect(await given().jobs.listByState("acme", ["lost"])).toEqual([]);
    expect(await given().jobs.listByState("acme", [])).toEqual([]);
  });

  it("lists the jobs of a partition, of every run, oldest first", async () => {
    const week = { from: buildInterval("2026-11-16").from, to: buildInterval("2026-11-22").to };
    const chunks = ["2026-11-19", "2026-11-16"].map((date) => ({ interval: buildInterval(date), partition: week }));
    const { jobs: first } = await seedRun(given(), chunks);
    const { jobs: second } = await seedRun(given(), [{ interval: week, partition: week, createdAt: after(60_000) }]);
    await seedRun(given(), [{ interval: buildInterval("2026-11-16") }]);
    await seedRun(given(), [{ interval: week, partition: week, connection: "other", exportName: "agents" }], { exportName: "agents" });
    expect(await given().jobs.listOfPartition("schedules", week)).toEqual([first[1], first[0], second[0]]);
    expect(await given().jobs.listOfPartition("nothing", week)).toEqual([]);
  });

  it("lists results that are, or may be, only on the server and have to be safe before an instant, the most urgent first", async () => {
    const ready = await seedJob(given(), "ready", { times: { deadline: after(1000) } });
    const archiving = await seedJob(given(), "archiving", { times: { deadline: after(500) } });
    await quarantine(given(), await seedJob(given(), "archiving", { times: { deadline: after(1) } }));
    await seedJob(given(), "ready", { times: { deadline: after(5000) } });
    await seedJob(given(), "lost", { times: { deadline: after(1) } });
    const unseen = await seedJob(given(), "running", { times: { submittedAt: after(2000 - 24 * HOUR_MS) } });
    await seedJob(given(), "waiting", { times: { submittedAt: after(5000 - 24 * HOUR_MS) } });
    expect(await given().jobs.listNearDeadline(after(3000), 10)).toEqual([archiving, ready, unseen]);
    expect(await given().jobs.listNearDeadline(after(3000), 1)).toEqual([archiving]);
    expect(await given().jobs.listNearDeadline(after(500), 10)).toEqual([]);
  });

  it("records when jobs were last seen in flight, never an earlier instant, and does not change the version", async () => {
    const waiting = await seedJob(given(), "waiting");
    const running = await seedJob(given(), "running");
    const ready = await seedJob(given(), "ready");
    const unseen = await seedJob(given(), "waiting");
    const { jobs } = given();
    await jobs.markInFlight([waiting.id, running.id, ready.id], NOW);
    expect(await jobs.find(waiting.id)).toEqual({ ...waiting, lastSeenInFlightAt: NOW });
    expect(await jobs.find(running.id)).toEqual({ ...running, lastSeenInFlightAt: NOW });
    expect(await jobs.find(ready.id)).toEqual(ready);
    expect(await jobs.find(unseen.id)).toEqual(unseen);
    await jobs.markInFlight([waiting.id], after(-1));
    expect(await jobs.find(waiting.id)).toMatchObject({ lastSeenInFlightAt: NOW });
    await jobs.markInFlight([], after(1));
    await advance(given(), waiting, { type: "started" });
  });

  it("extends a lease for the worker that has its fencing token", async () => {
    const archiving = await seedJob(given(), "archiving");
    expect(await given().jobs.extendLease(archiving.id, "lease-fencingToken", after(90_000))).toBe(true);
    expect(await given().jobs.find(archiving.id)).toEqual({ ...archiving, leaseUntil: after(90_000) });
    expect(await given().jobs.extendLease(archiving.id, "another", after(99_000))).toBe(false);
    await advance(given(), archiving, { type: "archived" });
    expect(await given().jobs.extendLease(archiving.id, "lease-fencingToken", after(99_000))).toBe(false);
  });

  it("lists expired leases, the oldest first", async () => {
    const second = await seedJob(given(), "archiving", { times: { leaseUntil: NOW } });
    const first = await seedJob(given(), "archiving", { times: { leaseUntil: after(-5) } });
    await seedJob(given(), "archiving", { times: { leaseUntil: after(1) } });
    expect(await given().jobs.listExpiredLeases(NOW, 10)).toEqual([first, second]);
    expect(await given().jobs.listExpiredLeases(NOW, 1)).toEqual([first]);
  });

  it("returns the job ids that a job of the connection has or ever had", async () => {
    const has = await seedJob(given(), "archived");
    const waiting = await seedJob(given(), "waiting");
    const elsewhere = await seedJob(given(), "waiting", { connection: "other", exportName: "agents" });
    await advance(given(), waiting, { type: "vanished", failure: { reason: "job-unknown", jobId: "x" }, retryAt: NOW });
    const [owned, dropped, others] = [has, waiting, elsewhere].map((job) => ("jobId" in job ? job.jobId : ("" as JobId)));
    const ids = [owned!, dropped!, others!, buildJobId()];
    expect(await given().jobs.claimedJobIds("acme", ids)).toEqual(new Set([owned, dropped]));
    expect(await given().jobs.claimedJobIds("other", ids)).toEqual(new Set([others]));
    expect(await given().jobs.claimedJobIds("acme", [])).toEqual(new Set());
  });

  it("releases a job id whose claim was rejected, and remembers the rejection", async () => {
    const claimedByReconciliation = await seedClaimedByReconciliation(given());
    const { jobId } = claimedByReconciliation;
    expect(await given().jobs.find(claimedByReconciliation.id)).toEqual(claimedByReconciliation);
    expect(await given().jobs.claimedJobIds("acme", [jobId])).toEqual(new Set([jobId]));
    expect(await given().jobs.rejectedJobIds(claimedByReconciliation.id)).toEqual(new Set());
    const pending = await advance(given(), claimedByReconciliation, {
      type: "claim-rejected",
      failure: { reason: "claim-rejected", found: "muID 9" },
      retryAt: NOW,
    });
    expect(await given().jobs.find(claimedByReconciliation.id)).toEqual(pending);
    expect(await given().jobs.claimedJobIds("acme", [jobId])).toEqual(new Set());
    expect(await given().jobs.rejectedJobIds(claimedByReconciliation.id)).toEqual(new Set([jobId]));
    // It may belong to another job of ours.
    const submitting = await seedJob(given(), "submitting");
    await advance(given(), submitting, { type: "claimed-by-reconciliation", jobId });
    expect(await given().jobs.claimedJobIds("acme", [jobId])).toEqual(new Set([jobId]));
    expect(await given().jobs.rejectedJobIds(submitting.id)).toEqual(new Set());
  });

  it("returns the connections that have jobs in these states", async () => {
    await seedJob(given(), "pending");
    await seedJob(given(), "running", { connection: "other", exportName: "agents" });
    await seedJob(given(), "ready", { connection: "other", exportName: "agents" });
    expect(await given().jobs.connectionsWith(["pending"])).toEqual(["acme"]);
    expect(await given().jobs.connectionsWith(["pending", "waiting", "running"])).toEqual(["acme", "other"]);
    expect(await given().jobs.connectionsWith(["lost"])).toEqual([]);
    expect(await given().jobs.connectionsWith([])).toEqual([]);
  });

  it("expects each export to take as long as the median of its latest archived jobs", async () => {
    const submittedAt = new Date("2026-11-23T07:00:00.000Z");
    const archived = (ms: number, exportName = "schedules") => {
      const connection = exportName === "schedules" ? "acme" : "other";
      return seedJob(given(), "archived", { exportName, connection, times: { submittedAt, completedAt: after(ms, submittedAt) } });
    };
    const both = ["schedules", "agents", "nothing"];
    expect(await given().jobs.expectedDurationsMs(both)).toEqual(new Map());
    expect(await given().jobs.expectedDurationsMs([])).toEqual(new Map());
    for (const ms of [4000, 1000, 2000]) await archived(ms);
    await seedJob(given(), "ready");
    expect(await given().jobs.expectedDurationsMs(both)).toEqual(new Map([["schedules", 2000]]));
    await archived(900_000, "agents");
    await archived(3000);
    const expected = new Map([
      ["schedules", 2500],
      ["agents", 900_000],
    ]);
    expect(await given().jobs.expectedDurationsMs(both)).toEqual(expected);
    expect(await given().jobs.expectedDurationsMs(["agents"])).toEqual(new Map([["agents", 900_000]]));
  });

  it("ignores durations older than the latest twenty", async () => {
    const archived = (completedAt: Date, ms: number) =>
      seedJob(given(), "archived", { times: { submittedAt: after(-ms, completedAt), completedAt } });
    for (let night = 0; night < 5; night += 1) await archived(after(night * 1000), 500_000);
    for (let night = 5; night < 25; night += 1) await archived(after(night * 1000), night < 15 ? 10_000 : 20_000);
    expect((await given().jobs.expectedDurationsMs(["schedules"])).get("schedules")).toBe(15_000);
  });
}
