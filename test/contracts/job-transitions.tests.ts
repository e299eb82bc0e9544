import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import type { JobRowId } from "../../src/core/base/ids.ts";
import { type Job, STATE_NAMES } from "../../src/core/jobs/job.ts";
import { factsOf, transition } from "../../src/core/jobs/transition.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildJob, buildJobId } from "../factories/build-job.ts";
import { buildInterval } from "../factories/build-run.ts";
import { NOW, advance, after, atOnce, seedConfiguration, seedJob } from "./seed.ts";

export function jobTransitionTests(given: () => Repositories): void {
  const submit = (job: Job) => transition(job, { type: "submit", fencingToken: "t" }, NOW);
  beforeEach(() => seedConfiguration(given()));

  it.each(STATE_NAMES)("stores every member of a job that is %s", async (state) => {
    const job = await seedJob(given(), state, { interval: buildInterval("2026-11-20", "2026-11-22"), chunk: 3 });
    const found = await given().jobs.find(job.id);
    expect(found).toEqual(job);
    expect(Object.keys(found?.request ?? {})).toEqual(Object.keys(job.request));
  });

  it("stores a job that ended without reaching the server", async () => {
    const pending = await seedJob(given(), "pending");
    const canceled = await advance(given(), pending, { type: "abandoned" });
    expect(await given().jobs.find(canceled.id)).toEqual({ ...canceled, server: null });
    const submitting = await seedJob(given(), "submitting");
    const failure = { reason: "entities-forbidden", details: ["MU 7"], ids: [7] } as const;
    const rejected = await advance(given(), submitting, { type: "rejected", failure });
    expect(await given().jobs.find(rejected.id)).toMatchObject({ state: "failed", failure, server: null });
  });

  it("stores failed attempts and their failure", async () => {
    const submitting = await seedJob(given(), "submitting");
    const failure = { reason: "rate-limited", target: "https://wfm.example.com", retryAfterMs: 1500 } as const;
    const pending = await advance(given(), submitting, { type: "not-accepted", failure, retryAt: after(1500) });
    expect(await given().jobs.find(pending.id)).toEqual(pending);
    expect(pending).toMatchObject({ failedAttempts: 1, notBefore: after(1500), lastFailure: failure });
  });

  it("stores texts of the server that PostgreSQL cannot store as they are", async () => {
    const running = await seedJob(given(), "running");
    const detail = "broken \0 at \uD800 é";
    const announced = { records: null, compressedBytes: null, uncompressedBytes: null };
    const completed = { type: "completed", completedAt: NOW, deadline: after(1), announced, additionalDetails: detail } as const;
    const ready = await advance(given(), await seedJob(given(), "running"), completed);
    const failed = await advance(given(), running, { type: "failed", failure: { reason: "job-failed", detail } });
    expect(await given().jobs.find(ready.id)).toMatchObject({ state: "ready", completedAt: NOW });
    expect(await given().jobs.find(failed.id)).toMatchObject({ state: "failed", failure: { reason: "job-failed" } });
  });

  it("stores one of 16 transitions from the same version", async () => {
    const job = await seedJob(given(), "ready");
    const stored = await atOnce(16, (index) => {
      const claimed = transition(job, { type: "claimed", fencingToken: `worker-${index}`, leaseUntil: after(60_000) }, NOW);
      return given().jobs.transition(job, claimed, "claimed");
    });
    expect(stored.filter(Boolean)).toHaveLength(1);
    expect(await given().jobs.find(job.id)).toMatchObject({ fencingToken: `worker-${stored.indexOf(true)}` });
    expect((await given().jobs.history(job.id)).filter(({ event }) => event === "claimed")).toHaveLength(1);
  });

  it("refuses a transition from an earlier version, although the state is the same again", async () => {
    const ready = await seedJob(given(), "ready");
    const archiving = await advance(given(), ready, { type: "claimed", fencingToken: "t", leaseUntil: after(1) });
    const again = await advance(given(), archiving, { type: "released", failure: { reason: "interrupted" }, retryAt: NOW });
    const stale = transition(ready, { type: "claimed", fencingToken: "late", leaseUntil: after(1) }, NOW);
    expect(await given().jobs.transition(ready, stale, "claimed")).toBe(false);
    expect(await given().jobs.find(ready.id)).toEqual(again);
  });

  it("returns the history of a job in the order of its transitions", async () => {
    const job = await seedJob(given(), "archived");
    const lines = await given().jobs.history(job.id);
    expect(lines.map(({ from, to, event }) => [from, to, event])).toEqual([
      [null, "pending", "planned"],
      ["pending", "submitting", "submit"],
      ["submitting", "waiting", "accepted"],
      ["waiting", "running", "started"],
      ["running", "ready", "completed"],
      ["ready", "archiving", "claimed"],
      ["archiving", "archived", "archived"],
    ]);
    const times = lines.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("gives a job id to one job of a connection: the second claim of it is not stored", async () => {
    const jobId = buildJobId();
    const [first, second] = await Promise.all([
      seedJob(given(), "submitting", { exporter: "a" }),
      seedJob(given(), "submitting", { exporter: "b" }),
    ]);
    await advance(given(), first, { type: "claimed-by-reconciliation", jobId });
    const late = transition(second, { type: "claimed-by-reconciliation", jobId }, NOW);
    expect(await given().jobs.transition(second, late, "claimed-by-reconciliation")).toBe(false);
    expect(await given().jobs.find(second.id)).toEqual(second);
    expect(await given().jobs.history(second.id)).toHaveLength(2);
    const elsewhere = await seedJob(given(), "submitting", { connection: "other", exportName: "agents" });
    const own = transition(elsewhere, { type: "claimed-by-reconciliation", jobId }, NOW);
    expect(await given().jobs.transition(elsewhere, own, "claimed-by-reconciliation")).toBe(true);
  });

  it("refuses a second submission in doubt that did not come from a claim, because it is a bug", async () => {
    await seedJob(given(), "submitting");
    const rival = await seedJob(given(), "pending");
    await expect(given().jobs.transition(rival, submit(rival), "submit")).rejects.toThrow("jobs_in_doubt_key");
    expect(await given().jobs.find(rival.id)).toEqual(rival);
    expect(await given().jobs.history(rival.id)).toHaveLength(1);
  });

  it("replaces a job by its chunks in one step, exactly once", async () => {
    const job = await seedJob(given(), "running");
    const failure = { reason: "result-too-large", detail: "Result set is too large" } as const;
    const split = transition(job, { type: "split", failure }, NOW);
    const chunks = [0, 1].map((chunk) => buildJob({ runId: job.runId, chunk, splitFrom: job.id }));
    const answers = await atOnce(8, () => given().jobs.split(job, split, chunks));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await given().jobs.find(job.id)).toEqual(split);
    expect((await given().runs.find(job.runId))?.jobs).toEqual(expect.arrayContaining([split, ...chunks]));
    expect(await given().jobs.history(chunks[1]!.id)).toMatchObject([{ from: null, to: "pending", event: "split-off" }]);
  });

  it("leaves a job as it is when one of its chunks cannot be stored", async () => {
    const job = await seedJob(given(), "running");
    const split = transition(job, { type: "split", failure: { reason: "result-too-large", detail: "" } }, NOW);
    const twice = [0, 1].map(() => buildJob({ runId: job.runId, chunk: 0, splitFrom: job.id }));
    await expect(given().jobs.split(job, split, twice)).rejects.toThrow("jobs_chunk_key");
    expect((await given().runs.find(job.runId))?.jobs).toEqual([job]);
  });

  it("splits a job that has not reached the server, also into a chunk that has failed already", async () => {
    const job = await seedJob(given(), "submitting");
    const failure = { reason: "entities-forbidden", details: ["MU 7"], ids: [7] } as const;
    const split = transition(job, { type: "split", failure }, NOW);
    const refused = {
      ...factsOf(buildJob({ runId: job.runId, splitFrom: job.id })),
      state: "failed",
      failedAt: NOW,
      failure,
      server: null,
    } as const;
    expect(await given().jobs.split(job, split, [refused])).toBe(true);
    expect(await given().jobs.find(job.id)).toEqual(split);
    expect(await given().jobs.find(refused.id)).toEqual(refused);
  });

  it.each([randomUUID(), "not an id at all"])("finds no job with the unknown id %s", async (id) => {
    expect(await given().jobs.find(id as JobRowId)).toBeNull();
  });
}
