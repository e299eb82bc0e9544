import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../src/core/base/clock.ts";
import { createDueRuns } from "../../../src/flows/schedule/create-due-runs.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { type Night, createNight, eventsNamed } from "../../simulated/night.ts";

const DAY_MS = 24 * HOUR_MS;

async function intervals(night: Night): Promise<string[]> {
  return (await night.runs()).map(({ run }) => run.interval.from).toSorted();
}

/** The scheduled time of the only export is half an hour after the start. */
async function withComputedTime(catchUp: "all" | "latest" | "none" = "all"): Promise<Night> {
  const night = await createNight({ exports: [buildExport({ catchUp })] });
  await createDueRuns(night.ports);
  return night;
}

describe("an export with a schedule", () => {
  it("gets its first scheduled time, and no run, when it is new", async () => {
    const night = await withComputedTime();
    expect(night.tables.exports.get("schedules")).toMatchObject({ nextDueAt: new Date("2026-11-23T07:30:00.000Z") });
    expect(await night.runs()).toEqual([]);
    expect(await createDueRuns(night.ports)).toBe(false);
  });

  it("gets one run when its scheduled time has come, and wakes the submit role for it", async () => {
    const night = await withComputedTime();
    await night.clock.advance(HOUR_MS);
    expect(await createDueRuns(night.ports)).toBe(true);
    const [found] = await night.runs();
    expect(found?.run).toMatchObject({ trigger: "schedule", interval: buildInterval("2026-11-22"), generation: 0 });
    expect(found?.run.scheduledAt).toEqual(new Date("2026-11-23T07:30:00.000Z"));
    expect(night.wakeUps.pending()).toEqual([{ role: "submit", id: found!.run.id }]);
    expect(eventsNamed(night, "run.created")).toMatchObject([{ runId: found!.run.id, trigger: "schedule" }]);
    expect(await createDueRuns(night.ports)).toBe(false);
  });

  it("gets each run once, however many processes create runs at once", async () => {
    const night = await withComputedTime();
    await night.clock.advance(2 * DAY_MS);
    await Promise.all([1, 2, 3, 4].map(() => createDueRuns(night.ports)));
    expect(await intervals(night)).toEqual(["2026-11-22", "2026-11-23"]);
    expect(eventsNamed(night, "run.created")).toHaveLength(2);
    expect(night.wakeUps.pending()).toHaveLength(2);
  });

  it.each([
    ["all", ["2026-11-22", "2026-11-23", "2026-11-24"]],
    ["latest", ["2026-11-24"]],
    ["none", []],
  ] as const)("with catchUp %s gets the right runs for times that passed while no process ran", async (catchUp, expected) => {
    const night = await withComputedTime(catchUp);
    await night.clock.advance(3 * DAY_MS);
    await createDueRuns(night.ports);
    expect(await intervals(night)).toEqual(expected);
    expect(night.tables.exports.get("schedules")!.nextDueAt).toEqual(new Date("2026-11-26T07:30:00.000Z"));
  });

  it("with catchUp none gets its run if the scheduled time is noticed a few minutes late", async () => {
    const night = await withComputedTime("none");
    await night.clock.advance(35 * MINUTE_MS);
    await createDueRuns(night.ports);
    expect(await intervals(night)).toEqual(["2026-11-22"]);
  });

  it("is left to other processes if this one's configuration does not have it", async () => {
    const exports = [buildExport({ name: "newer" }), buildExport()];
    const night = await createNight({ exports });
    await createDueRuns(night.ports);
    await night.clock.advance(HOUR_MS);
    const { registry } = night.ports;
    const older = { ...registry, findExport: (name: string) => (name === "newer" ? null : registry.findExport(name)) };
    expect(await createDueRuns({ ...night.ports, registry: older })).toBe(true);
    expect((await night.runs()).map(({ run }) => run.exportName)).toEqual(["schedules"]);
    expect(await createDueRuns({ ...night.ports, registry: older })).toBe(false);
    expect(await createDueRuns(night.ports)).toBe(true);
    expect(await night.runs()).toHaveLength(2);
  });

  it("gets its run although another process was faster with an export before it", async () => {
    const night = await createNight({ exports: [buildExport({ name: "first" }), buildExport({ name: "second" })] });
    await createDueRuns(night.ports);
    await night.clock.advance(HOUR_MS);
    const { claimScheduledTimes } = night.repositories.exports;
    const lose: typeof claimScheduledTimes = async (name, ...claim) => name !== "first" && (await claimScheduledTimes(name, ...claim));
    Object.assign(night.repositories.exports, { claimScheduledTimes: lose });
    expect(await createDueRuns(night.ports)).toBe(true);
    expect((await night.runs()).map(({ run }) => run.exportName)).toEqual(["second"]);
    expect(eventsNamed(night, "run.created")).toHaveLength(1);
  });

  it("has its archived runs after a downtime of three days", async () => {
    const night = await withComputedTime();
    await night.clock.advance(3 * DAY_MS);
    await night.until(async () => {
      const runs = await night.runs();
      return runs.length === 3 && runs.every(({ run }) => run.outcome === "archived");
    });
    expect(await intervals(night)).toEqual(["2026-11-22", "2026-11-23", "2026-11-24"]);
  });

  it("without a schedule gets no run", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    await night.clock.advance(DAY_MS);
    expect(await createDueRuns(night.ports)).toBe(false);
    expect(await night.runs()).toEqual([]);
  });
});
