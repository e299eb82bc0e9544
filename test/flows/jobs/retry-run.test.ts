import { describe, expect, it } from "vitest";
import type { Job, StateName } from "../../../src/core/jobs/job.ts";
import { finishRun } from "../../../src/flows/jobs/finish-run.ts";
import { retryRun } from "../../../src/flows/jobs/retry-run.ts";
import { seedJob } from "../../contracts/seed.ts";
import { type Night, createNight } from "../../simulated/night.ts";

async function retry(
  state: StateName,
): Promise<{ readonly night: Night; readonly job: Job; readonly resumed: number; readonly after: Job }> {
  const night = await createNight();
  const job = await seedJob(night.repositories, state);
  await finishRun(night.ports, job.runId);
  const resumed = await retryRun(night.ports, (await night.repositories.runs.find(job.runId))!);
  return { night, job, resumed, after: (await night.repositories.jobs.find(job.id))! };
}

describe("a retry", () => {
  it.each<StateName>(["failed", "canceled", "lost"])("submits a job again that is %s, and its run is pending again", async (state) => {
    const { night, job, resumed, after } = await retry(state);
    expect(resumed).toBe(1);
    expect(after).toMatchObject({ state: "pending", failedAttempts: 0, notBefore: null });
    expect((await night.repositories.runs.find(job.runId))?.run).toMatchObject({ outcome: "pending", finishedAt: null });
    expect(night.wakeUps.pending()).toEqual([{ role: "submit", id: null }]);
  });

  it("archives a result now that waits for its next attempt", async () => {
    const { night, job, after } = await retry("ready");
    expect(after).toMatchObject({ state: "ready", notBefore: null });
    expect(night.wakeUps.pending()).toEqual([{ role: "archive", id: job.id }]);
  });

  it.each<StateName>(["submitting", "waiting", "running", "archiving", "archived"])("leaves a job that is %s as it is", async (state) => {
    const { night, job, resumed, after } = await retry(state);
    expect([resumed, after, night.wakeUps.pending()]).toEqual([0, job, []]);
  });
});
