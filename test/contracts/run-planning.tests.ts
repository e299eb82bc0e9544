import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildJob } from "../factories/build-job.ts";
import { buildInterval, buildRun } from "../factories/build-run.ts";
import { NOW, after, atOnce, present, seedConfiguration, seedRun } from "./seed.ts";

const UNREACHABLE = { reason: "unreachable", target: "https://wfm.example.com", detail: "ECONNREFUSED" } as const;

const SELECTED = { selection: { muIds: [1] }, selectionChange: null } as const;

export function runPlanningTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));
  const claim = (now = NOW, id: string | null = null) => given().runs.claimUnplanned({ id, now, until: after(60_000, now) });
  const claimedId = async (now = NOW, id: string | null = null) => (await claim(now, id))?.run.id ?? null;

  it("claims the oldest run that may be planned now, and returns it as it is stored", async () => {
    const late = buildRun({ createdAt: after(2), generation: 1 });
    const early = buildRun({ createdAt: after(1), generation: 2 });
    const postponed = buildRun({ createdAt: NOW, generation: 3 });
    const canceled = buildRun({ createdAt: NOW, generation: 4, outcome: "canceled", finishedAt: NOW });
    for (const run of [late, early, postponed, canceled]) await given().runs.create(run);
    await seedRun(given(), [{}], { generation: 5, createdAt: NOW });
    await given().runs.postponePlanning(postponed, after(1000), UNREACHABLE);
    const claimed = await claim();
    expect(claimed?.run).toEqual({ ...early, planning: { ...early.planning, notBefore: after(60_000) } });
    expect((await given().runs.find(early.id))?.run).toEqual(claimed?.run);
    expect(await claimedId(after(1000))).toBe(postponed.id);
    expect(await claimedId(after(1000))).toBe(late.id);
    expect(await claimedId(after(1000))).toBeNull();
  });

  it("claims a run again when its claim has expired", async () => {
    const run = buildRun();
    await given().runs.create(run);
    expect(await claimedId()).toBe(run.id);
    expect(await claimedId(after(59_999))).toBeNull();
    expect(await claimedId(after(60_000))).toBe(run.id);
  });

  it("claims the run that is named, if it may be planned", async () => {
    const first = buildRun({ createdAt: NOW });
    const second = buildRun({ createdAt: after(1), generation: 1 });
    for (const run of [first, second]) await given().runs.create(run);
    const { run: planned } = await seedRun(given(), [{}]);
    expect(await claimedId(NOW, second.id)).toBe(second.id);
    expect(await claimedId(NOW, second.id)).toBeNull();
    expect(await claimedId(NOW, planned.id)).toBeNull();
    expect(await claimedId(NOW, randomUUID())).toBeNull();
    expect(await claimedId(NOW, "not an id at all")).toBeNull();
    expect(await claimedId()).toBe(first.id);
  });

  it("gives each of five runs to exactly one of 16 processes", async () => {
    const runs = Array.from({ length: 5 }, (_, generation) => buildRun({ generation }));
    for (const run of runs) await given().runs.create(run);
    const claimed = present(await atOnce(16, () => claimedId()));
    expect(claimed.toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
  });

  it("returns with a claim what planning needs: the learned size and the latest selection of the same export", async () => {
    await given().exports.setSize("schedules", { fitting: 80, tooLarge: null });
    await given().runs.create(buildRun({ generation: 2020 }));
    expect(await claim()).toMatchObject({ size: { fitting: 80, tooLarge: null }, previousSelection: null });
    for (const [index, id] of [
      [2, 102],
      [1, 101],
    ] as const) {
      const run = buildRun({ generation: 2000 + index, createdAt: after(index * 1000) });
      await given().runs.create(run);
      await given().runs.plan(run, { selection: { muIds: [id] }, selectionChange: null }, []);
    }
    await given().runs.create(buildRun({ generation: 2010, createdAt: after(9000) }));
    expect(await claim()).toMatchObject({ size: { fitting: 80, tooLarge: null }, previousSelection: { muIds: [102] } });
    await given().runs.create(buildRun({ exportName: "agents" }));
    expect(await claim()).toMatchObject({ size: { fitting: null, tooLarge: null }, previousSelection: null });
  });

  it("plans a run once, with its jobs and the first line of their history", async () => {
    const run = buildRun({ interval: buildInterval("2026-11-21", "2026-11-22") });
    const jobs = ["2026-11-22", "2026-11-21"].map((date) => buildJob({ runId: run.id, interval: buildInterval(date) }));
    await given().runs.create(run);
    const { run: claimed } = (await claim())!;
    const selection = { muIds: [101, 102], timeOff: { allTimeOffGroups: {} } };
    const selectionChange = { added: { muIds: [102] }, removed: { ctIds: [201] } };
    expect(await given().runs.plan(claimed, { selection, selectionChange }, jobs)).toBe(true);
    expect(await given().runs.find(run.id)).toEqual({ run: { ...run, selection, selectionChange }, jobs: jobs.toReversed() });
    expect(await given().jobs.history(jobs[0]!.id)).toMatchObject([{ from: null, to: "pending", event: "planned" }]);
    expect(await given().runs.plan(claimed, { selection, selectionChange: null }, [buildJob({ runId: run.id })])).toBe(false);
    expect((await given().runs.find(run.id))?.jobs).toHaveLength(2);
  });

  it("keeps the order of the members of a request", async () => {
    const run = buildRun();
    const request = { zeta: { y: 1, a: 2 }, startDate: "2026-11-22", alpha: [3, 1], endDate: "2026-11-22", outputFormat: "JSON" } as const;
    const job = buildJob({ runId: run.id, request });
    await given().runs.create(run);
    await given().runs.plan(run, SELECTED, [job]);
    expect(JSON.stringify((await given().jobs.find(job.id))?.request)).toBe(JSON.stringify(request));
  });

  it("stores texts that PostgreSQL cannot store as they are", async () => {
    const run = buildRun();
    await given().runs.create(run);
    const text = "broken \0 at \uD800 é";
    expect(await given().runs.postponePlanning(run, NOW, { ...UNREACHABLE, detail: text })).toBe(true);
    const selection = { timeOff: { timeOffGroupList: [{ timeOffGroup: 1, timeOffRules: [text] }] } };
    const job = buildJob({ runId: run.id, request: { startDate: "2026-11-22", endDate: "2026-11-22", outputFormat: "JSON", note: text } });
    expect(await given().runs.plan(run, { selection, selectionChange: null }, [job])).toBe(true);
    expect((await given().runs.find(run.id))?.jobs).toMatchObject([{ id: job.id, state: "pending" }]);
  });

  it("is planned by exactly one of eight planners", async () => {
    const run = buildRun();
    await given().runs.create(run);
    const plans = await atOnce(8, () => given().runs.plan(run, SELECTED, [buildJob({ runId: run.id })]));
    expect(plans.filter(Boolean)).toHaveLength(1);
    expect((await given().runs.find(run.id))?.jobs).toHaveLength(1);
  });

  it("plans nothing when a job cannot be stored", async () => {
    const run = buildRun();
    await given().runs.create(run);
    const jobs = [buildJob({ runId: run.id }), buildJob({ runId: run.id, chunk: 1, connection: "nothing" })];
    await expect(given().runs.plan(run, SELECTED, jobs)).rejects.toThrow("jobs_connection_fkey");
    expect(await given().runs.find(run.id)).toEqual({ run, jobs: [] });
  });

  it("does not plan a run that was canceled in the meantime", async () => {
    const run = buildRun();
    await given().runs.create(run);
    await given().runs.setOutcome(run, "canceled", NOW);
    expect(await given().runs.plan(run, SELECTED, [buildJob({ runId: run.id })])).toBe(false);
    expect(await given().runs.postponePlanning(run, after(1), UNREACHABLE)).toBe(false);
    expect(await claimedId()).toBeNull();
  });

  it("postpones planning with the reason, once for each failed attempt, and drops the reason when the run is planned", async () => {
    const run = buildRun();
    await given().runs.create(run);
    expect(await given().runs.postponePlanning(run, after(5000), UNREACHABLE)).toBe(true);
    expect(await given().runs.postponePlanning(run, after(9000), UNREACHABLE)).toBe(false);
    const postponed = (await given().runs.find(run.id))!.run;
    expect(postponed.planning).toEqual({ failedAttempts: 1, notBefore: after(5000), lastFailure: UNREACHABLE });
    expect(await given().runs.plan(postponed, SELECTED, [])).toBe(true);
    expect((await given().runs.find(run.id))?.run.planning).toEqual({ failedAttempts: 1, notBefore: null, lastFailure: null });
    expect(await given().runs.postponePlanning(postponed, after(1), UNREACHABLE)).toBe(false);
  });
}
