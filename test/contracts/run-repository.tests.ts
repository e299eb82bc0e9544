import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import type { BusinessDate } from "../../src/core/base/business-date.ts";
import type { RunId } from "../../src/core/base/ids.ts";
import { coverageOf } from "../../src/core/coverage/coverage.ts";
import type { Job } from "../../src/core/jobs/job.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildInterval, buildRun } from "../factories/build-run.ts";
import { NOW, advance, after, atOnce, idsOf, seedConfiguration, seedJob, seedRun } from "./seed.ts";

export function runTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));

  it("stores every member of a run", async () => {
    const run = buildRun({ trigger: "backfill", scheduledAt: null, interval: buildInterval("2026-02-27", "2026-03-02"), generation: 7 });
    expect(await given().runs.create(run)).toBe(true);
    expect(await given().runs.find(run.id)).toEqual({ run, jobs: [] });
  });

  it.each([randomUUID(), "not an id at all"])("finds no run with the unknown id %s", async (id) => {
    expect(await given().runs.find(id as RunId)).toBeNull();
    expect(await given().runs.jobStates(id as RunId)).toBeNull();
  });

  it("creates a run of an interval and generation once, however many processes try", async () => {
    const created = await atOnce(16, () => given().runs.create(buildRun()));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await given().runs.create(buildRun({ generation: 1 }))).toBe(true);
    expect(await given().runs.create(buildRun({ exportName: "agents" }))).toBe(true);
  });

  it("refuses a run of an export that is not stored", async () => {
    await expect(given().runs.create(buildRun({ exportName: "nothing" }))).rejects.toThrow("runs_export_fkey");
  });

  it("lists the newest runs first, of one export or of all", async () => {
    const old = buildRun({ createdAt: NOW });
    const other = buildRun({ exportName: "agents", createdAt: after(1) });
    const young = buildRun({ generation: 1, createdAt: after(2) });
    for (const run of [young, old, other]) await given().runs.create(run);
    const ids = async (query: { exportName?: string; limit: number }) => idsOf((await given().runs.list(query)).map(({ run }) => run));
    expect(await ids({ limit: 10 })).toEqual([young.id, other.id, old.id]);
    expect(await ids({ limit: 2 })).toEqual([young.id, other.id]);
    expect(await ids({ exportName: "schedules", limit: 10 })).toEqual([young.id, old.id]);
  });

  it("returns the highest generation of exactly one interval", async () => {
    for (const generation of [0, 2, 1]) await given().runs.create(buildRun({ generation }));
    await given().runs.create(buildRun({ generation: 9, interval: buildInterval("2026-11-22", "2026-11-23") }));
    expect(await given().runs.latestGeneration("schedules", buildInterval())).toBe(2);
    expect(await given().runs.latestGeneration("agents", buildInterval())).toBeNull();
  });

  it("returns the states of a pending run's jobs, and nothing of a run that has ended", async () => {
    const { run, jobs } = await seedRun(given(), [{ chunk: 0 }, { chunk: 1 }]);
    const planned = { ...run, selection: { muIds: [101] } };
    expect(await given().runs.jobStates(run.id)).toEqual({ run: planned, states: ["pending", "pending"] });
    await advance(given(), jobs[0]!, { type: "abandoned" });
    const found = await given().runs.jobStates(run.id);
    expect(found?.states.toSorted()).toEqual(["canceled", "pending"]);
    await advance(given(), jobs[1]!, { type: "abandoned" });
    await given().runs.setOutcome(planned, "canceled", NOW);
    expect(await given().runs.jobStates(run.id)).toBeNull();
    const { run: empty } = await seedRun(given(), []);
    expect((await given().runs.jobStates(empty.id))?.states).toEqual([]);
  });

  it("ends a run when all its jobs have ended, and opens it again, unless it changed in the meantime", async () => {
    const { run, jobs } = await seedRun(given(), [{}]);
    const planned = { ...run, selection: { muIds: [101] } };
    expect(await given().runs.setOutcome(planned, "partial", NOW)).toBe(false);
    await advance(given(), jobs[0]!, { type: "abandoned" });
    const ended = await atOnce(8, () => given().runs.setOutcome(planned, "partial", NOW));
    expect(ended.filter(Boolean)).toHaveLength(1);
    expect(await given().runs.setOutcome(planned, "archived", after(1))).toBe(false);
    const stored = (await given().runs.find(run.id))!.run;
    expect(stored).toEqual({ ...planned, outcome: "partial", finishedAt: NOW });
    expect(await given().runs.setOutcome(stored, "pending", null)).toBe(true);
    expect((await given().runs.find(run.id))?.run).toEqual(planned);
  });

  it("does not end a run as unplanned that was planned in the meantime", async () => {
    const { run } = await seedRun(given(), [{}]);
    expect(await given().runs.setOutcome(run, "canceled", NOW)).toBe(false);
    const unplanned = buildRun({ generation: 1000 });
    await given().runs.create(unplanned);
    expect(await given().runs.setOutcome(unplanned, "canceled", NOW)).toBe(true);
  });

  it("lists pending runs whose jobs have all ended, oldest first", async () => {
    const archived = await seedJob(given(), "archived");
    const { run, jobs } = await seedRun(given(), [{ chunk: 0 }, { chunk: 1 }], { createdAt: NOW });
    await advance(given(), jobs[0]!, { type: "abandoned" });
    await seedRun(given(), []);
    await given().runs.create(buildRun({ generation: 1000 }));
    expect(await given().runs.listUnfinished(10)).toEqual([archived.runId]);
    await advance(given(), jobs[1]!, { type: "abandoned" });
    expect(await given().runs.listUnfinished(10)).toEqual([archived.runId, run.id]);
    expect(await given().runs.listUnfinished(1)).toEqual([archived.runId]);
    await given().runs.setOutcome((await given().runs.find(archived.runId))!.run, "archived", NOW);
    expect(await given().runs.listUnfinished(10)).toEqual([run.id]);
  });

  it("returns what coverage is computed from", async () => {
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
}
