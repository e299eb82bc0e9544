import { describe, expect, it } from "vitest";
import type { JobId } from "../../../src/core/base/ids.ts";
import { IN_FLIGHT, type Job, jobIdOf } from "../../../src/core/jobs/job.ts";
import type { WfmJob } from "../../../src/core/ports/smartsync.ts";
import { applyListing } from "../../../src/flows/poll/apply-listing.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildWfmStatus } from "../../factories/build-orphan.ts";
import { type Night, createNight } from "../../simulated/night.ts";

/** A job that runs on the server, and what becomes of it when the server lists it like this. */
async function list(status: Partial<WfmJob>): Promise<{ readonly night: Night; readonly job: Job; readonly after: Job }> {
  const night = await createNight({ exports: [buildExport({ schedule: null })], start: "2026-11-23T08:00:00.000Z" });
  const job = await seedJob(night.repositories, "running");
  await apply(night, [buildWfmStatus({ ...status, jobId: jobIdOf(job) as JobId })]);
  return { night, job, after: (await night.repositories.jobs.find(job.id))! };
}

async function apply(night: Night, jobs: readonly WfmJob[]): Promise<void> {
  const startedAt = night.clock.now();
  const inFlight = await night.repositories.jobs.listByState("acme", IN_FLIGHT);
  await applyListing(night.ports, {
    connection: "acme",
    client: night.wfm.client,
    inFlight,
    listing: { jobs, serverTime: startedAt },
    startedAt,
  });
}

describe("a listed job", () => {
  it("that is completed is ready, and wakes the archive role for it", async () => {
    const { night, job, after } = await list({ status: "completed" });
    expect(after).toMatchObject({ state: "ready", announced: { records: 3 } });
    expect(night.wakeUps.pending()).toContainEqual({ role: "archive", id: job.id });
  });

  it("that still runs was seen in flight at the time of the poll", async () => {
    const { night, after } = await list({ status: "running" });
    expect(after).toMatchObject({ state: "running", lastSeenInFlightAt: night.clock.now() });
    expect(night.wakeUps.pending()).toEqual([]);
  });

  it.each([
    ["failed", { status: "failed", errorDetails: "Internal server error" }],
    ["canceled", { status: "canceled" }],
  ] as const)("that is %s ends its run", async (outcome, status) => {
    const { night, job, after } = await list(status);
    expect(after.state).toBe(outcome);
    expect((await night.repositories.runs.find(job.runId))?.run.outcome).toBe(outcome);
  });

  it("that is too large and a single cell fails", async () => {
    const { after } = await list({ status: "failed", errorDetails: "Result set is too large" });
    expect(after).toMatchObject({ state: "failed", failure: { reason: "result-too-large" } });
  });
});

describe("a job that the list lacks", () => {
  it("is submitted again if WFM does not know it", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const job = await seedJob(night.repositories, "running");
    await apply(night, []);
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({ state: "pending", lastFailure: { reason: "job-unknown" } });
    expect(night.wfm.calls.findJob).toBe(1);
  });

  it("stays as it is if WFM does not answer", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const job = await seedJob(night.repositories, "running");
    night.wfm.down = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" };
    await apply(night, []);
    expect(await night.repositories.jobs.find(job.id)).toEqual(job);
  });
});
