import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import type { BusinessDate } from "../../src/core/business-date.ts";
import { coverageOf } from "../../src/core/coverage.ts";
import type { JobId, RunId } from "../../src/core/ids.ts";
import type { Stores } from "../../src/core/stores.ts";
import type { Job } from "../../src/core/job.ts";
import { buildJob } from "../factories/build-job.ts";
import { buildInterval, buildRun } from "../factories/build-run.ts";
import { NOW, advance, after, idsOf, seedConfiguration, seedJob, seedRun } from "./seed.ts";

const UNREACHABLE = { reason: "unreachable", target: "https://wfm.example.com", detail: "ECONNREFUSED" } as const;

const SELECTED = { selection: { muIds: [1] }, selectionChange: null } as const;

export function runTests(given: () => Stores): void {
  beforeEach(() => seedConfiguration(given()));

  it("gives back what was created, every member of it", async () => {
    const run = buildRun({ trigger: "backfill", slotAt: null, interval: buildInterval("2026-02-27", "2026-03-02"), generation: 7 });
    expect(await given().runs.create(run)).toBe(true);
    expect(await given().runs.find(run.id)).toEqual({ run, jobs: [] });
  });

  it("finds nothing under an id that nothing has", async () => {
    expect(await given().runs.find(randomUUID() as RunId)).toBeNull();
    expect(await given().runs.find("no id at all" as RunId)).toBeNull();
  });

  it("creates an export's interval and generation once, however many try", async () => {
    const created = await Promise.all(Array.from({ length: 10 }, () => given().runs.create(buildRun())));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await given().runs.create(buildRun({ generation: 1 }))).toBe(true);
    expect(await given().runs.create(buildRun({ exportName: "agents" }))).toBe(true);
  });

  it("refuses a run of an export that was never synced", async () => {
    await expect(given().runs.create(buildRun({ exportName: "nothing" }))).rejects.toThrow("runs_export_fkey");
  });

  it("lists the newest first, of one export or of all", async () => {
    const old = buildRun({ createdAt: NOW });
    const other = buildRun({ exportName: "agents", createdAt: after(1) });
    const young = buildRun({ generation: 1, createdAt: after(2) });
    for (const run of [young, old, other]) await given().runs.create(run);
    const ids = async (query: { exportName?: string; limit: number }) => idsOf((await given().runs.list(query)).map(({ run }) => run));
    expect(await ids({ limit: 10 })).toEqual([young.id, other.id, old.id]);
    expect(await ids({ limit: 2 })).toEqual([young.id, other.id]);
    expect(await ids({ exportName: "schedules", limit: 10 })).toEqual([young.id, old.id]);
  });

  it("knows the highest generation of exactly one interval", async () => {
    for (const generation of [0, 2, 1]) await given().runs.create(buildRun({ generation }));
    await given().runs.create(buildRun({ generation: 9, interval: buildInterval("2026-11-22", "2026-11-23") }));
    expect(await given().runs.latestGeneration("schedules", buildInterval())).toBe(2);
    expect(await given().runs.latestGeneration("agents", buildInterval())).toBeNull();
  });

  it("lists runs that may be planned now, oldest first", async () => {
    const late = buildRun({ createdAt: after(2), generation: 1 });
    const early = buildRun({ createdAt: after(1), generation: 2 });
    const postponed = buildRun({ createdAt: NOW, generation: 3 });
    const canceled = buildRun({ createdAt: NOW, generation: 4, outcome: "canceled", finishedAt: NOW });
    for (const run of [late, early, postponed, canceled]) await given().runs.create(run);
    await seedRun(given(), [{}], { generation: 5, createdAt: NOW });
    await given().runs.postponePlanning(postponed, after(1000), UNREACHABLE);
    expect(idsOf(await given().runs.listUnplanned(NOW, 10))).toEqual([early.id, late.id]);
    expect(idsOf(await given().runs.listUnplanned(after(1000), 2))).toEqual([postponed.id, early.id]);
  });

  it("plans a run once, with its jobs and the first line of their history", async () => {
    const run = buildRun({ interval: buildInterval("2026-11-21", "2026-11-22") });
    const jobs = ["2026-11-22", "2026-11-21"].map((date) => buildJob({ runId: run.id, interval: buildInterval(date) }));
    await given().runs.create(run);
    const selection = { muIds: [101, 102], timeOff: { allTimeOffGroups: {} } };
    const selectionChange = { added: { muIds: [102] }, removed: { ctIds: [201] } };
    expect(await given().runs.plan(run, { selection, selectionChange }, jobs)).toBe(true);
    expect(await given().runs.find(run.id)).toEqual({ run: { ...run, selection, selectionChange }, jobs: jobs.toReversed() });
    expect(await given().jobs.history(jobs[0]!.id)).toMatchObject([{ from: null, to: "pending", event: "planned" }]);
    expect(await given().runs.plan(run, { selection, selectionChange: null }, [buildJob({ runId: run.id })])).toBe(false);
    expect((await given().runs.find(run.id))?.jobs).toHaveLength(2);
  });

  it("lets one of many planners plan a run", async () => {
    const run = buildRun();
    await given().runs.create(run);
    const plans = await Promise.all(Array.from({ length: 5 }, () => given().runs.plan(run, SELECTED, [buildJob({ runId: run.id })])));
    expect(plans.filter(Boolean)).toHaveLength(1);
    expect((await given().runs.find(run.id))?.jobs).toHaveLength(1);
  });

  it("plans nothing when a job cannot be stored", async () => {
    const run = buildRun();
    await given().runs.create(run);
    const jobs = [buildJob({ runId: run.id }), buildJob({ runId: run.id, part: 1, connection: "nothing" })];
    await expect(given().runs.plan(run, SELECTED, jobs)).rejects.toThrow("jobs_connection_fkey");
    expect(await given().runs.find(run.id)).toEqual({ run, jobs: [] });
  });

  it("postpones planning with the reason, fenced by the attempt, and forgets it when the run is planned", async () => {
    const run = buildRun();
    await given().runs.create(run);
    expect(await given().runs.postponePlanning(run, after(5000), UNREACHABLE)).toBe(true);
    expect(await given().runs.postponePlanning(run, after(9000), UNREACHABLE)).toBe(false);
    const postponed = (await given().runs.find(run.id))!.run;
    expect(postponed.planning).toEqual({ attempt: 1, notBefore: after(5000), lastFailure: UNREACHABLE });
    expect(await given().runs.plan(postponed, SELECTED, [])).toBe(true);
    expect((await given().runs.find(run.id))?.run.planning).toEqual({ attempt: 1, notBefore: null, lastFailure: null });
    expect(await given().runs.postponePlanning(postponed, after(1), UNREACHABLE)).toBe(false);
  });

  it("ends a run and opens it again, fenced by what it was", async () => {
    const { run, jobs } = await seedRun(given(), [{}]);
    const planned = { ...run, selection: { muIds: [101] } };
    expect(await given().runs.setOutcome(planned, "partial", NOW)).toBe(false);
    await advance(given(), jobs[0]!, { type: "abandoned" });
    expect(await given().runs.setOutcome(planned, "partial", NOW)).toBe(true);
    expect(await given().runs.setOutcome(planned, "archived", after(1))).toBe(false);
    const ended = (await given().runs.find(run.id))!.run;
    expect(ended).toEqual({ ...planned, outcome: "partial", finishedAt: NOW });
    expect(await given().runs.setOutcome(ended, "pending", null)).toBe(true);
    expect((await given().runs.find(run.id))?.run).toEqual(planned);
  });

  it("tells what the latest planned run asked for", async () => {
    expect(await given().runs.latestSelection("schedules")).toBeNull();
    for (const [index, id] of [
      [2, 102],
      [1, 101],
    ] as const) {
      const run = buildRun({ generation: 2000 + index, createdAt: after(index * 1000) });
      await given().runs.create(run);
      await given().runs.plan(run, { selection: { muIds: [id] }, selectionChange: null }, []);
    }
    await given().runs.create(buildRun({ generation: 2010, createdAt: after(9000) }));
    expect(await given().runs.latestSelection("schedules")).toEqual({ muIds: [102] });
    expect(await given().runs.latestSelection("agents")).toBeNull();
  });

  it("does not end a run as unplanned that was planned meanwhile", async () => {
    const { run } = await seedRun(given(), [{}]);
    expect(await given().runs.setOutcome(run, "canceled", NOW)).toBe(false);
    const unplanned = buildRun({ generation: 1000 });
    await given().runs.create(unplanned);
    expect(await given().runs.setOutcome(unplanned, "canceled", NOW)).toBe(true);
    expect(await given().runs.plan(unplanned, SELECTED, [buildJob({ runId: unplanned.id })])).toBe(false);
  });

  it("lists pending runs whose jobs are all over, oldest first", async () => {
    const over = await seedJob(given(), "archived");
    const { run, jobs } = await seedRun(given(), [{ part: 0 }, { part: 1 }], { createdAt: NOW });
    await advance(given(), jobs[0]!, { type: "abandoned" });
    await seedRun(given(), []);
    await given().runs.create(buildRun({ generation: 1000 }));
    expect((await given().runs.listUnfinished(10)).map((found) => found.run.id)).toEqual([over.runId]);
    await advance(given(), jobs[1]!, { type: "abandoned" });
    const found = await given().runs.listUnfinished(10);
    expect(found.map((one) => [one.run.id, one.jobs.length])).toEqual([
      [over.runId, 1],
      [run.id, 2],
    ]);
    expect(await given().runs.listUnfinished(1)).toHaveLength(1);
    await given().runs.setOutcome(found[0]!.run, "archived", NOW);
    expect((await given().runs.listUnfinished(10)).map((one) => one.run.id)).toEqual([run.id]);
  });

  it("gives what coverage is computed from", async () => {
    const on = (date: string) => ({ interval: buildInterval(date) });
    const archived = await seedJob(given(), "archived", on("2026-11-20"));
    await seedJob(given(), "failed", on("2026-11-20"));
    const lost = await seedJob(given(), "lost", on("2026-11-21"));
    const waiting = await seedJob(given(), "waiting", { interval: buildInterval("2026-11-22", "2026-11-23") });
    const unplanned = buildRun({ interval: buildInterval("2026-11-24"), generation: 1000 });
    const dropped = buildRun({ interval: buildInterval("2026-11-25"), outcome: "canceled", finishedAt: NOW, generation: 1000 });
    await given().runs.create(unplanned);
    await given().runs.create(dropped);
    await seedJob(given(), "archived", { exportName: "agents", connection: "other", ...on("2026-11-25") });
    const range = { from: "2026-11-20" as BusinessDate, to: "2026-11-25" as BusinessDate };
    const days = coverageOf(await given().runs.coverage("schedules", range), range);
    expect(days.map(({ state, runId }) => [state, runId])).toEqual([
      ["archived", archived.runId],
      ["lost", lost.runId],
      ["pending", waiting.runId],
      ["pending", waiting.runId],
      ["pending", unplanned.id],
      ["missing", null],
    ]);
    const archivedAt = (archived as Extract<Job, { state: "archived" }>).archivedAt;
    const first = await given().runs.coverage("schedules", buildInterval("2026-11-20"));
    expect(first.map((job) => job.archivedAt)).toEqual(expect.arrayContaining([archivedAt, null]));
    const narrow = buildInterval("2026-11-23");
    expect(await given().runs.coverage("schedules", narrow)).toMatchObject([{ runId: waiting.runId, state: "waiting" }]);
  });

  it("finds no job under an id that nothing has", async () => {
    expect(await given().jobs.find(randomUUID() as JobId)).toBeNull();
    expect(await given().jobs.find("no id at all" as JobId)).toBeNull();
  });
}
