import { describe, expect, it } from "vitest";
import type { StateName } from "../../../src/core/jobs/job.ts";
import { cancelRun } from "../../../src/flows/jobs/cancel-run.ts";
import { planNextRun } from "../../../src/flows/plan/plan-run.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { createNight, eventsNamed } from "../../simulated/night.ts";

describe("canceling a run", () => {
  it.each<StateName>(["pending", "waiting", "running", "ready"])("cancels its job that is %s, and the run", async (state) => {
    const night = await createNight();
    const { id, runId } = await seedJob(night.repositories, state);
    expect(await cancelRun(night.ports, (await night.repositories.runs.find(runId))!)).toBe(1);
    expect(await night.repositories.jobs.find(id)).toMatchObject({ state: "canceled", failure: { reason: "abandoned" } });
    expect((await night.repositories.runs.find(runId))?.run.outcome).toBe("canceled");
  });

  it.each<StateName>(["submitting", "archiving", "archived", "failed"])("leaves a job that is %s as it is", async (state) => {
    const night = await createNight();
    const job = await seedJob(night.repositories, state);
    expect(await cancelRun(night.ports, (await night.repositories.runs.find(job.runId))!)).toBe(0);
    expect(await night.repositories.jobs.find(job.id)).toEqual(job);
  });

  it("that is not planned yet ends it, and it is never planned", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const run = await createRun(night.ports, { exportName: "schedules", interval: buildInterval(), trigger: "manual" });
    await cancelRun(night.ports, { run, jobs: [] });
    expect(eventsNamed(night, "run.finished")).toMatchObject([{ runId: run.id, outcome: "canceled" }]);
    expect(await planNextRun(night.ports, run.id)).toBe(false);
  });
});
