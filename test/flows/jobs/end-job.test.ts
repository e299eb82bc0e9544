import { describe, expect, it } from "vitest";
import type { Job, StateName } from "../../../src/core/jobs/job.ts";
import { endJob, resumeDeferred } from "../../../src/flows/jobs/end-job.ts";
import { advance, seedJob, seedRun } from "../../contracts/seed.ts";
import { eventsTo } from "../../factories/build-job.ts";
import { type Night, createNight } from "../../simulated/night.ts";
import { PARTITION, manifestOf, untilTwoOfThree } from "../publish/partition-runs.ts";

describe("a job that ended without a result", () => {
  it("ends its run", async () => {
    const night = await createNight();
    const job = await seedJob(night.repositories, "failed");
    await endJob(night.ports, job);
    expect((await night.repositories.runs.find(job.runId))?.run.outcome).toBe("failed");
  });

  it("resumes the chunks that were deferred for it, and not one that waits after a failure", async () => {
    const night = await createNight();
    const { jobs } = await seedRun(night.repositories, [{}, {}, {}]);
    const deferred = await bringTo(night, jobs[0]!, "ready");
    const failing = await bringTo(night, jobs[1]!, "ready");
    const ended = await bringTo(night, jobs[2]!, "failed");
    const notBefore = new Date(night.clock.now().getTime() + 600_000);
    const lastFailure = { reason: "body-cut", received: 1, detail: "connection reset" } as const;
    night.tables.jobs.set(deferred.id, { ...deferred, notBefore } as Job);
    night.tables.jobs.set(failing.id, { ...failing, notBefore, lastFailure } as Job);
    await endJob(night.ports, ended);
    expect(await night.repositories.jobs.find(deferred.id)).toMatchObject({ state: "ready", notBefore: null });
    expect(await night.repositories.jobs.find(failing.id)).toMatchObject({ state: "ready", notBefore });
    expect(night.wakeUps.pending()).toEqual([{ role: "archive", id: deferred.id }]);
  });

  it("is named in the manifest of its partition, which is published without it", async () => {
    const { night } = await untilTwoOfThree();
    night.wfm.end(night.wfm.jobs.at(-1)!.id, { status: "failed", errorDetails: "Internal server error" });
    await night.until(async () => night.lake.contents.has(`${PARTITION}/_manifest.json`));
    expect(manifestOf(night).missing).toMatchObject([{ reason: "job-failed" }]);
  });
});

async function bringTo(night: Night, pending: Job, state: StateName): Promise<Job> {
  let job = pending;
  for (const { event, at } of eventsTo(state)) job = await advance(night.repositories, job, event, at);
  return job;
}

describe("a deferred chunk", () => {
  it("is archived now when it is resumed, and a chunk that is due already is left as it is", async () => {
    const night = await createNight();
    const job = await seedJob(night.repositories, "ready");
    if (job.state !== "ready") throw new Error("the job is not ready");
    await resumeDeferred(night.ports, job);
    expect(night.wakeUps.pending()).toEqual([]);
    const deferred = { ...job, notBefore: new Date(night.clock.now().getTime() + 60_000) };
    night.tables.jobs.set(job.id, deferred);
    await resumeDeferred(night.ports, deferred);
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({ state: "ready", notBefore: null });
    expect(night.wakeUps.pending()).toEqual([{ role: "archive", id: job.id }]);
  });
});
