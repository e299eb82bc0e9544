import { beforeEach, expect, it } from "vitest";
import type { Job, StateName } from "../../src/core/job.ts";
import { factsOf, moveJob } from "../../src/core/job-transitions.ts";
import type { Stores } from "../../src/core/stores.ts";
import { buildJob, buildVendorJobId } from "../factories/build-job.ts";
import { buildInterval } from "../factories/build-run.ts";
import { NOW, advance, after, seedConfiguration, seedJob, seedRun } from "./seed.ts";

const STATES: readonly StateName[] = [
  "pending",
  "submitting",
  "waiting",
  "running",
  "ready",
  "archiving",
  "archived",
  "failed",
  "canceled",
  "split",
  "lost",
];

/** As many pending jobs of one connection, each with an exporter of its own, so that only the budget can refuse them. */
async function seedPending(stores: Stores, count: number): Promise<Job[]> {
  const facts = Array.from({ length: count }, (_, part) => ({ part, exporter: `exporter-${part}` }));
  return (await seedRun(stores, facts)).jobs;
}

export function jobMoveTests(given: () => Stores): void {
  const submit = (job: Job) => moveJob(job, { type: "submit", token: "t" }, NOW);
  const submitWithin = (job: Job, budget: number) => given().jobs.moveWithinBudget(job, submit(job), budget);
  beforeEach(() => seedConfiguration(given()));

  it.each(STATES)("gives back a job that is %s, every member of it", async (state) => {
    const job = await seedJob(given(), state, { interval: buildInterval("2026-11-20", "2026-11-22"), part: 3 });
    const found = await given().jobs.find(job.id);
    expect(found).toEqual(job);
    expect(Object.keys(found?.request ?? {})).toEqual(Object.keys(job.request));
  });

  it("gives back what never reached the server", async () => {
    const pending = await seedJob(given(), "pending");
    const canceled = await advance(given(), pending, { type: "abandoned" });
    expect(await given().jobs.find(canceled.id)).toEqual({ ...canceled, server: null });
    const submitting = await seedJob(given(), "submitting");
    const failure = { reason: "entities-forbidden", details: ["MU 7"], ids: [7] } as const;
    const rejected = await advance(given(), submitting, { type: "rejected", failure });
    expect(await given().jobs.find(rejected.id)).toMatchObject({ state: "failed", failure, server: null });
  });

  it("keeps tries and their failure", async () => {
    const submitting = await seedJob(given(), "submitting");
    const failure = { reason: "rate-limited", target: "https://wfm.example.com", retryAfterMs: 1500 } as const;
    const pending = await advance(given(), submitting, { type: "not-accepted", failure, retryAt: after(1500) });
    expect(await given().jobs.find(pending.id)).toEqual(pending);
    expect(pending).toMatchObject({ attempt: 1, notBefore: after(1500), lastFailure: failure });
  });

  it("stores a failure whose words a database may not like", async () => {
    const running = await seedJob(given(), "running");
    const detail = "broken \0 at \uD800 é";
    const failed = await advance(given(), running, { type: "failed", failure: { reason: "job-failed", detail } });
    expect(await given().jobs.find(failed.id)).toMatchObject({ state: "failed", failure: { reason: "job-failed" } });
  });

  it("lets one of many movers move a job", async () => {
    const job = await seedJob(given(), "ready");
    const moves = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const taken = moveJob(job, { type: "taken", token: `worker-${index}`, leaseUntil: after(60_000) }, NOW);
        return given().jobs.move(job, taken, "taken");
      }),
    );
    expect(moves.filter(Boolean)).toHaveLength(1);
    expect(await given().jobs.find(job.id)).toMatchObject({ token: `worker-${moves.indexOf(true)}` });
    expect((await given().jobs.history(job.id)).filter(({ event }) => event === "taken")).toHaveLength(1);
  });

  it("refuses a move from a version that has passed, although the state is the same again", async () => {
    const ready = await seedJob(given(), "ready");
    const archiving = await advance(given(), ready, { type: "taken", token: "t", leaseUntil: after(1) });
    const again = await advance(given(), archiving, { type: "put-back", failure: { reason: "interrupted" }, retryAt: NOW });
    const stale = moveJob(ready, { type: "taken", token: "late", leaseUntil: after(1) }, NOW);
    expect(await given().jobs.move(ready, stale, "taken")).toBe(false);
    expect(await given().jobs.find(ready.id)).toEqual(again);
  });

  it("keeps the history of a job in the order of its moves", async () => {
    const job = await seedJob(given(), "archived");
    const lines = await given().jobs.history(job.id);
    expect(lines.map(({ from, to, event }) => [from, to, event])).toEqual([
      [null, "pending", "planned"],
      ["pending", "submitting", "submit"],
      ["submitting", "waiting", "accepted"],
      ["waiting", "running", "started"],
      ["running", "ready", "completed"],
      ["ready", "archiving", "taken"],
      ["archiving", "archived", "archived"],
    ]);
    const times = lines.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("lets one job have a vendor id: who adopts it second is slower", async () => {
    const vendorJobId = buildVendorJobId();
    const [first, second] = await Promise.all([
      seedJob(given(), "submitting", { exporter: "a" }),
      seedJob(given(), "submitting", { exporter: "b" }),
    ]);
    await advance(given(), first, { type: "adopted", vendorJobId });
    const adopted = moveJob(second, { type: "adopted", vendorJobId }, NOW);
    expect(await given().jobs.move(second, adopted, "adopted")).toBe(false);
    expect(await given().jobs.find(second.id)).toEqual(second);
    expect(await given().jobs.history(second.id)).toHaveLength(2);
    const elsewhere = await seedJob(given(), "submitting", { connection: "other", exportName: "agents" });
    const own = moveJob(elsewhere, { type: "adopted", vendorJobId }, NOW);
    expect(await given().jobs.move(elsewhere, own, "adopted")).toBe(true);
  });

  it("admits as many submits as the budget has places for, however many ask at once", async () => {
    const jobs = await seedPending(given(), 20);
    const answers = await Promise.all(jobs.map((job) => submitWithin(job, 4)));
    expect(answers.filter((answer) => answer === "moved")).toHaveLength(4);
    expect(answers.filter((answer) => answer === "no-place")).toHaveLength(16);
    expect((await given().jobs.alive("acme")).count).toBe(4);
  });

  it("writes the intent of an admitted submit with its history", async () => {
    const [job] = (await seedPending(given(), 1)) as [Job];
    expect(await submitWithin(job, 1)).toBe("moved");
    expect(await given().jobs.find(job.id)).toEqual(submit(job));
    expect((await given().jobs.history(job.id)).at(-1)).toMatchObject({ from: "pending", to: "submitting", event: "submit" });
  });

  it("admits one of many submits of the same exporter and format", async () => {
    const { jobs } = await seedRun(
      given(),
      Array.from({ length: 8 }, (_, part) => ({ part })),
    );
    const answers = await Promise.all(jobs.map((job) => submitWithin(job, 100)));
    expect(answers.filter((answer) => answer === "moved")).toHaveLength(1);
    expect(answers.filter((answer) => answer === "intent-unsettled")).toHaveLength(7);
    const { jobs: others } = await seedRun(given(), [{ outputFormat: "PIPE" }, { connection: "other" }]);
    for (const job of others) expect(await submitWithin(job, 100)).toBe("moved");
  });

  it("refuses, as the bug that it would be, a second open intent that was not asked for within the budget", async () => {
    await seedJob(given(), "submitting");
    const rival = await seedJob(given(), "pending");
    await expect(given().jobs.move(rival, submit(rival), "submit")).rejects.toThrow("jobs_unsettled_intent_key");
    expect(await given().jobs.find(rival.id)).toEqual(rival);
    expect(await given().jobs.history(rival.id)).toHaveLength(1);
  });

  it("tells who submits the same job twice that the race is lost", async () => {
    const [job] = (await seedPending(given(), 1)) as [Job];
    const answers = await Promise.all([1, 2, 3, 4].map(() => submitWithin(job, 100)));
    expect(answers.toSorted()).toEqual(["lost-race", "lost-race", "lost-race", "moved"]);
    const [canceled] = (await seedPending(given(), 1)) as [Job];
    await advance(given(), canceled, { type: "abandoned" });
    expect(await submitWithin({ ...canceled, exporter: "free" }, 100)).toBe("lost-race");
  });

  it("counts what is alive on the server, each connection by itself", async () => {
    for (const state of STATES.filter((name) => name !== "submitting")) await seedJob(given(), state);
    await seedJob(given(), "submitting");
    await seedJob(given(), "submitting", { connection: "other", exportName: "agents", outputFormat: "PIPE" });
    expect(await given().jobs.alive("acme")).toEqual({
      count: 3,
      unsettled: [{ exporter: "agent-schedule-detail", outputFormat: "JSON" }],
    });
    expect(await given().jobs.alive("other")).toEqual({
      count: 1,
      unsettled: [{ exporter: "agent-schedule-detail", outputFormat: "PIPE" }],
    });
    expect(await given().jobs.alive("nothing")).toEqual({ count: 0, unsettled: [] });
  });

  it("replaces a job by its pieces in one step, once", async () => {
    const job = await seedJob(given(), "running");
    const failure = { reason: "result-too-large", detail: "Result set is too large" } as const;
    const split = moveJob(job, { type: "split", failure }, NOW);
    const pieces = [0, 1].map((part) => buildJob({ runId: job.runId, part, splitFrom: job.id }));
    const answers = await Promise.all([1, 2].map(() => given().jobs.split(job, split, pieces)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await given().jobs.find(job.id)).toEqual(split);
    expect((await given().runs.find(job.runId))?.jobs).toEqual(expect.arrayContaining([split, ...pieces]));
    expect(await given().jobs.history(pieces[1]!.id)).toMatchObject([{ from: null, to: "pending", event: "cut" }]);
  });

  it("moves nothing when a piece cannot be stored", async () => {
    const job = await seedJob(given(), "running");
    const split = moveJob(job, { type: "split", failure: { reason: "result-too-large", detail: "" } }, NOW);
    const twice = [0, 1].map(() => buildJob({ runId: job.runId, part: 0, splitFrom: job.id }));
    await expect(given().jobs.split(job, split, twice)).rejects.toThrow("jobs_part_key");
    expect((await given().runs.find(job.runId))?.jobs).toEqual([job]);
  });

  it("keeps a job that was replaced before it reached the server, and one that will not be submitted", async () => {
    const job = await seedJob(given(), "submitting");
    const failure = { reason: "entities-forbidden", details: ["MU 7"], ids: [7] } as const;
    const split = moveJob(job, { type: "split", failure }, NOW);
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
}
