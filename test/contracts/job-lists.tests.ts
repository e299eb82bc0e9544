import { beforeEach, expect, it } from "vitest";
import type { VendorJobId } from "../../src/core/ids.ts";
import type { Archiving, Job } from "../../src/core/job.ts";
import { NOTHING_CLOSED } from "../../src/core/outage.ts";
import type { ReadyQuery, Stores } from "../../src/core/stores.ts";
import { buildVendorJobId } from "../factories/build-job.ts";
import { buildInterval } from "../factories/build-run.ts";
import { NOW, advance, after, seedConfiguration, seedJob, seedRun } from "./seed.ts";

const INTERRUPTED = { reason: "interrupted" } as const;
const HOUR = 3_600_000;

/** A job whose answer was lost, and that was found on the server. */
async function advanceToArchiving(stores: Stores): Promise<Job & Archiving> {
  const submitting = await seedJob(stores, "submitting");
  const waiting = await advance(stores, submitting, { type: "adopted", vendorJobId: buildVendorJobId() });
  const announced = { records: 1, compressedBytes: null, uncompressedBytes: null };
  const ready = await advance(stores, waiting, { type: "completed", completedAt: NOW, deadline: after(1), announced, report: null });
  const archiving = await advance(stores, ready, { type: "taken", token: "lease-token", leaseUntil: after(1) });
  if (archiving.state !== "archiving") throw new Error("a ready job that is taken is being archived");
  return archiving;
}

export function jobListTests(given: () => Stores): void {
  beforeEach(() => seedConfiguration(given()));
  const listReady = (query: Partial<ReadyQuery> = {}) => given().jobs.listReady({ now: NOW, closed: NOTHING_CLOSED, limit: 10, ...query });
  const rescue = async (archiving: Job) => {
    const facts = { mediaType: "application/json", encoding: "gzip", bytes: 9_000_000_000, sha256: "a".repeat(64) } as const;
    const copy = { ...facts, key: "_rescued/acme/x.json.gz", uri: "s3://lake/_rescued/acme/x.json.gz", rescuedAt: NOW };
    return await advance(given(), archiving, { type: "rescued", copy });
  };

  it("lists jobs of a connection by state, oldest first", async () => {
    const young = await seedJob(given(), "waiting", { createdAt: after(2) });
    const old = await seedJob(given(), "ready", { createdAt: after(1) });
    const middle = await seedJob(given(), "waiting", { createdAt: after(1), interval: buildInterval("2026-11-23") });
    await seedJob(given(), "pending");
    await seedJob(given(), "waiting", { connection: "other", exportName: "agents" });
    expect(await given().jobs.listByState("acme", ["waiting", "ready"])).toEqual([old, middle, young]);
    expect(await given().jobs.listByState("acme", ["waiting", "ready"], 2)).toEqual([old, middle]);
    expect(await given().jobs.listByState("acme", ["lost"])).toEqual([]);
    expect(await given().jobs.listByState("acme", [])).toEqual([]);
  });

  it("lists the jobs of a folder, of every run", async () => {
    const week = { from: buildInterval("2026-11-16").from, to: buildInterval("2026-11-22").to };
    const pieces = ["2026-11-19", "2026-11-16"].map((date) => ({ interval: buildInterval(date), partition: week }));
    const { jobs: first } = await seedRun(given(), pieces);
    const { jobs: second } = await seedRun(given(), [{ interval: week, partition: week, createdAt: after(60_000) }]);
    await seedRun(given(), [{ interval: buildInterval("2026-11-16") }]);
    await seedRun(given(), [{ interval: week, partition: week, connection: "other", exportName: "agents" }], { exportName: "agents" });
    expect(await given().jobs.listOfFolder("schedules", week)).toEqual([first[1], first[0], second[0]]);
    expect(await given().jobs.listOfFolder("nothing", week)).toEqual([]);
  });

  it("lists what may be submitted now, oldest date first within a run", async () => {
    const dates = ["2026-11-22", "2026-11-20", "2026-11-21"];
    const { jobs } = await seedRun(
      given(),
      dates.map((date) => ({ interval: buildInterval(date) })),
    );
    const submitting = await seedJob(given(), "submitting", { createdAt: new Date(0) });
    const postponed = await advance(given(), submitting, { type: "not-accepted", failure: null, retryAt: after(1) });
    const inOrder = [jobs[1], jobs[2], jobs[0]];
    expect(await given().jobs.listSubmittable("acme", NOW, 10)).toEqual(inOrder);
    expect(await given().jobs.listSubmittable("acme", after(1), 10)).toEqual([postponed, ...inOrder]);
    expect(await given().jobs.listSubmittable("acme", after(1), 2)).toEqual([postponed, jobs[1]]);
    expect(await given().jobs.listSubmittable("other", NOW, 10)).toEqual([]);
  });

  it("finds the ready job with the earliest deadline that may be archived now", async () => {
    const relaxed = await seedJob(given(), "ready", { times: { deadline: after(3000) } });
    const urgent = await seedJob(given(), "ready", { times: { deadline: after(1000) }, connection: "other", exportName: "agents" });
    const taken = await advance(given(), await seedJob(given(), "ready", { times: { deadline: after(10) } }), {
      type: "taken",
      token: "t",
      leaseUntil: after(1),
    });
    expect(await listReady()).toEqual([urgent, relaxed]);
    expect(await listReady({ limit: 1 })).toEqual([urgent]);
    const putBack = await advance(given(), taken, { type: "put-back", failure: INTERRUPTED, retryAt: after(500) });
    expect(await listReady()).toEqual([urgent, relaxed]);
    expect(await listReady({ now: after(500) })).toEqual([putBack, urgent, relaxed]);
    expect(await listReady({ now: after(500), limit: 2 })).toEqual([putBack, urgent]);
  });

  it("lists a result in danger that is on the server only before all others", async () => {
    const rescued = await rescue(await seedJob(given(), "archiving", { times: { deadline: after(HOUR) } }));
    const relaxed = await seedJob(given(), "ready", { times: { deadline: after(13 * HOUR) } });
    const endangered = await seedJob(given(), "ready", { times: { deadline: after(11 * HOUR) } });
    expect(await listReady()).toEqual([endangered, rescued, relaxed]);
    expect(await listReady({ now: after(2 * HOUR) })).toEqual([endangered, relaxed, rescued]);
  });

  it("leaves out results whose systems are closed; one that is here already needs no connection", async () => {
    const onServer = await seedJob(given(), "ready", { times: { deadline: after(HOUR) } });
    const elsewhere = await seedJob(given(), "ready", { times: { deadline: after(2 * HOUR) }, destination: "disk" });
    const rescued = await rescue(await seedJob(given(), "archiving", { times: { deadline: after(3 * HOUR) } }));
    expect(await listReady({ closed: { connections: ["acme"], destinations: [] } })).toEqual([rescued]);
    expect(await listReady({ closed: { connections: [], destinations: ["lake"] } })).toEqual([elsewhere]);
    expect(await listReady({ closed: { connections: ["other"], destinations: ["tape"] } })).toEqual([onServer, elsewhere, rescued]);
  });

  it("lists what is, or may be, on the server only and has to be safe before an instant", async () => {
    const ready = await seedJob(given(), "ready", { times: { deadline: after(1000) } });
    const archiving = await seedJob(given(), "archiving", { times: { deadline: after(500) } });
    await rescue(await seedJob(given(), "archiving", { times: { deadline: after(1) } }));
    await seedJob(given(), "ready", { times: { deadline: after(5000) } });
    await seedJob(given(), "lost", { times: { deadline: after(1) } });
    const unseen = await seedJob(given(), "running", { times: { submittedAt: after(2000 - 24 * HOUR) } });
    await seedJob(given(), "waiting", { times: { submittedAt: after(5000 - 24 * HOUR) } });
    expect(await given().jobs.listEndangered(after(3000), 10)).toEqual([archiving, ready, unseen]);
    expect(await given().jobs.listEndangered(after(3000), 1)).toEqual([archiving]);
    expect(await given().jobs.listEndangered(after(500), 10)).toEqual([]);
  });

  it("has no ready job when there is none", async () => {
    await seedJob(given(), "archiving");
    expect(await listReady()).toEqual([]);
  });

  it("records when the server was last seen not to have finished, never backwards, and leaves the fence alone", async () => {
    const waiting = await seedJob(given(), "waiting");
    const running = await seedJob(given(), "running");
    const ready = await seedJob(given(), "ready");
    const unseen = await seedJob(given(), "waiting");
    const { jobs } = given();
    await jobs.markAlive([waiting.id, running.id, ready.id], NOW);
    expect(await jobs.find(waiting.id)).toEqual({ ...waiting, lastSeenAliveAt: NOW });
    expect(await jobs.find(running.id)).toEqual({ ...running, lastSeenAliveAt: NOW });
    expect(await jobs.find(ready.id)).toEqual(ready);
    expect(await jobs.find(unseen.id)).toEqual(unseen);
    await jobs.markAlive([waiting.id], after(-1));
    expect(await jobs.find(waiting.id)).toMatchObject({ lastSeenAliveAt: NOW });
    await jobs.markAlive([], after(1));
    await advance(given(), waiting, { type: "started" });
  });

  it("keeps a lease alive for who has it", async () => {
    const archiving = await seedJob(given(), "archiving");
    expect(await given().jobs.extendLease(archiving.id, "lease-token", after(90_000))).toBe(true);
    expect(await given().jobs.find(archiving.id)).toEqual({ ...archiving, leaseUntil: after(90_000) });
    expect(await given().jobs.extendLease(archiving.id, "another", after(99_000))).toBe(false);
    await advance(given(), archiving, { type: "archived" });
    expect(await given().jobs.extendLease(archiving.id, "lease-token", after(99_000))).toBe(false);
  });

  it("lists leases that have run out, the oldest first", async () => {
    const second = await seedJob(given(), "archiving", { times: { leaseUntil: NOW } });
    const first = await seedJob(given(), "archiving", { times: { leaseUntil: after(-5) } });
    await seedJob(given(), "archiving", { times: { leaseUntil: after(1) } });
    expect(await given().jobs.listExpiredLeases(NOW, 10)).toEqual([first, second]);
    expect(await given().jobs.listExpiredLeases(NOW, 1)).toEqual([first]);
  });

  it("knows every vendor id that a job of the connection has, or ever had", async () => {
    const has = await seedJob(given(), "archived");
    const waiting = await seedJob(given(), "waiting");
    const elsewhere = await seedJob(given(), "waiting", { connection: "other", exportName: "agents" });
    await advance(given(), waiting, { type: "vanished", failure: { reason: "job-unknown", vendorJobId: "x" }, retryAt: NOW });
    const [held, dropped, foreign] = [has, waiting, elsewhere].map((job) => ("vendorJobId" in job ? job.vendorJobId : ("" as VendorJobId)));
    const ids = [held!, dropped!, foreign!, buildVendorJobId()];
    expect(await given().jobs.claimedVendorIds("acme", ids)).toEqual(new Set([held, dropped]));
    expect(await given().jobs.claimedVendorIds("other", ids)).toEqual(new Set([foreign]));
    expect(await given().jobs.claimedVendorIds("acme", [])).toEqual(new Set());
  });

  it("lets go of a vendor id that a job disowned, and remembers that it did", async () => {
    const adopted = await advanceToArchiving(given());
    const { vendorJobId } = adopted;
    expect(await given().jobs.find(adopted.id)).toEqual(adopted);
    expect(await given().jobs.claimedVendorIds("acme", [vendorJobId])).toEqual(new Set([vendorJobId]));
    expect(await given().jobs.disownedVendorIds(adopted.id)).toEqual(new Set());
    const pending = await advance(given(), adopted, {
      type: "disowned",
      failure: { reason: "foreign-rows", found: "muID 9" },
      retryAt: NOW,
    });
    expect(await given().jobs.find(adopted.id)).toEqual(pending);
    expect(await given().jobs.claimedVendorIds("acme", [vendorJobId])).toEqual(new Set());
    expect(await given().jobs.disownedVendorIds(adopted.id)).toEqual(new Set([vendorJobId]));
    // Another job of ours may be the one that it belongs to.
    const submitting = await seedJob(given(), "submitting");
    await advance(given(), submitting, { type: "adopted", vendorJobId });
    expect(await given().jobs.claimedVendorIds("acme", [vendorJobId])).toEqual(new Set([vendorJobId]));
    expect(await given().jobs.disownedVendorIds(submitting.id)).toEqual(new Set());
  });

  it("knows the connections that have jobs in these states", async () => {
    await seedJob(given(), "pending");
    await seedJob(given(), "running", { connection: "other", exportName: "agents" });
    await seedJob(given(), "ready", { connection: "other", exportName: "agents" });
    expect(await given().jobs.connectionsWith(["pending"])).toEqual(["acme"]);
    expect(await given().jobs.connectionsWith(["pending", "waiting", "running"])).toEqual(["acme", "other"]);
    expect(await given().jobs.connectionsWith(["lost"])).toEqual([]);
    expect(await given().jobs.connectionsWith([])).toEqual([]);
  });

  it("expects an export to take as long as the median of its latest archived jobs", async () => {
    const submittedAt = new Date("2026-11-23T07:00:00.000Z");
    const archived = (ms: number, exportName = "schedules") => {
      const connection = exportName === "schedules" ? "acme" : "other";
      return seedJob(given(), "archived", { exportName, connection, times: { submittedAt, completedAt: after(ms, submittedAt) } });
    };
    expect(await given().jobs.expectedDurationMs("schedules")).toBeNull();
    for (const ms of [4000, 1000, 2000]) await archived(ms);
    await archived(900_000, "agents");
    await seedJob(given(), "ready");
    expect(await given().jobs.expectedDurationMs("schedules")).toBe(2000);
    await archived(3000);
    expect(await given().jobs.expectedDurationMs("schedules")).toBe(2500);
  });

  it("forgets durations older than the latest twenty", async () => {
    const archived = (completedAt: Date, ms: number) =>
      seedJob(given(), "archived", { times: { submittedAt: after(-ms, completedAt), completedAt } });
    for (let night = 0; night < 5; night += 1) await archived(after(night * 1000), 500_000);
    for (let night = 5; night < 25; night += 1) await archived(after(night * 1000), night < 15 ? 10_000 : 20_000);
    expect(await given().jobs.expectedDurationMs("schedules")).toBe(15_000);
  });
}
