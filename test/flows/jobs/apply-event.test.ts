import { expect, it } from "vitest";
import { applyEvent } from "../../../src/flows/jobs/apply-event.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildJobId } from "../../factories/build-job.ts";
import { createNight } from "../../simulated/night.ts";

it("a transition is stored with its history, and its event has both ids of the job", async () => {
  const night = await createNight();
  const job = await seedJob(night.repositories, "submitting");
  const jobId = buildJobId();
  const after = await applyEvent(night.ports, job, { type: "accepted", jobId });
  expect(after).toMatchObject({ state: "waiting", version: job.version + 1 });
  expect(await night.repositories.jobs.find(job.id)).toEqual(after);
  expect((await night.repositories.jobs.history(job.id)).at(-1)).toMatchObject({ from: "submitting", to: "waiting", event: "accepted" });
  const about = { id: job.id, jobId, connection: "acme", runId: job.runId, export: "schedules" };
  expect(night.events).toEqual([{ event: "job.transitioned", ...about, from: "submitting", to: "waiting", by: "accepted", failure: null }]);
});

it("of two processes that change a job at once, one does, and the other one reports nothing", async () => {
  const night = await createNight();
  const job = await seedJob(night.repositories, "pending");
  const outcomes = await Promise.all([1, 2].map(() => applyEvent(night.ports, job, { type: "abandoned" })));
  expect(outcomes.filter((after) => after !== null)).toHaveLength(1);
  expect(night.events).toHaveLength(1);
});

it("the event of a failure names it", async () => {
  const night = await createNight();
  const failure = { reason: "job-failed", detail: "Internal server error" } as const;
  await applyEvent(night.ports, await seedJob(night.repositories, "running"), { type: "failed", failure });
  expect(night.events).toMatchObject([{ to: "failed", failure }]);
});
