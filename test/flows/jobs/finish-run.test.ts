import { describe, expect, it } from "vitest";
import type { StateName } from "../../../src/core/jobs/job.ts";
import { finishRun, finishRuns } from "../../../src/flows/jobs/finish-run.ts";
import { seedJob } from "../../contracts/seed.ts";
import { createNight, eventsNamed } from "../../simulated/night.ts";

describe("a run", () => {
  it.each<[StateName, string]>([
    ["archived", "archived"],
    ["failed", "failed"],
    ["canceled", "canceled"],
    ["lost", "lost"],
  ])("whose only job is %s is %s", async (state, outcome) => {
    const night = await createNight();
    const { runId } = await seedJob(night.repositories, state);
    await Promise.all([finishRun(night.ports, runId), finishRun(night.ports, runId)]);
    expect((await night.repositories.runs.find(runId))?.run).toMatchObject({ outcome, finishedAt: night.clock.now() });
    expect(eventsNamed(night, "run.finished")).toEqual([{ event: "run.finished", runId, export: "schedules", outcome }]);
  });

  it.each<StateName>(["pending", "submitting", "waiting", "running", "ready", "archiving"])(
    "whose job is %s stays pending",
    async (state) => {
      const night = await createNight();
      const { runId } = await seedJob(night.repositories, state);
      await finishRun(night.ports, runId);
      expect((await night.repositories.runs.find(runId))?.run.outcome).toBe("pending");
      expect(night.events).toEqual([]);
    },
  );

  it("that a process left unfinished when it died is ended later", async () => {
    const night = await createNight();
    const ended = await seedJob(night.repositories, "archived");
    const pending = await seedJob(night.repositories, "ready");
    await finishRuns(night.ports);
    expect((await night.repositories.runs.find(ended.runId))?.run.outcome).toBe("archived");
    expect((await night.repositories.runs.find(pending.runId))?.run.outcome).toBe("pending");
  });
});
