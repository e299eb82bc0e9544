import { describe, expect, it } from "vitest";
import { describeFailure } from "../../../src/core/base/describe-failure.ts";
import { HOUR_MS, MINUTE_MS } from "../../../src/core/base/clock.ts";
import type { Entity } from "../../../src/core/exports/entity.ts";
import type { Run } from "../../../src/core/jobs/run.ts";
import { planNextRun } from "../../../src/flows/plan/plan-run.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { type Night, type NightOptions, createNight, eventsNamed } from "../../simulated/night.ts";

const UNREACHABLE = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" } as const;
const ACME = { kind: "connection", name: "acme" } as const;
const ENTITIES: readonly Entity[] = ["Sales East", "Sales Test", "Billing"].map((name, index) => ({ kind: "mu", id: 101 + index, name }));

function selecting(...names: readonly string[]) {
  return buildExport({ select: { muIds: { names, except: ["Sales Test*", 900] } } });
}

/** A night with runs that wait to be planned, and nothing else to do. */
async function withRuns(count: number, options: NightOptions = {}): Promise<{ readonly night: Night; readonly runs: readonly Run[] }> {
  const night = await createNight({ exports: [buildExport({ schedule: null })], ...options });
  const runs: Run[] = [];
  for (let index = 0; index < count; index += 1) {
    runs.push(await createRun(night.ports, { exportName: "schedules", interval: buildInterval(), trigger: "manual" }));
    await night.clock.advance(1);
  }
  night.wakeUps.flush();
  return { night, runs };
}

const planned = async (night: Night) => (await night.runs()).filter(({ run }) => run.selection !== null).map(({ run }) => run.id);
const planningOf = (night: Night, run: Run) => night.tables.runs.get(run.id)!.planning;

describe("a run", () => {
  it("is planned once, however many workers plan at once, and the oldest one first", async () => {
    const { night, runs } = await withRuns(3);
    expect(await planNextRun(night.ports, null)).toBe(true);
    expect(await planned(night)).toEqual([runs[0]!.id]);
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => planNextRun(night.ports, null)));
    expect(outcomes.filter(Boolean)).toHaveLength(2);
    expect(await night.jobs()).toHaveLength(3);
    expect(eventsNamed(night, "run.planned")).toHaveLength(3);
  });

  it("that a wake-up names is planned first", async () => {
    const { night, runs } = await withRuns(3);
    expect(await planNextRun(night.ports, runs[2]!.id)).toBe(true);
    expect(await planned(night)).toEqual([runs[2]!.id]);
    expect(await planNextRun(night.ports, runs[2]!.id)).toBe(false);
  });

  it("wakes the submit role when it is planned", async () => {
    const { night } = await withRuns(1);
    await planNextRun(night.ports, null);
    expect(night.wakeUps.pending()).toEqual([{ role: "submit", id: null }]);
  });

  it("is planned by another worker a minute after its worker died", async () => {
    const { night, runs } = await withRuns(1);
    const dying = {
      ...night.ports,
      findSmartSync: () => ({ ...night.wfm.client, listEntities: () => Promise.reject(new Error("killed")) }),
    };
    await expect(planNextRun(dying, null)).rejects.toThrow("killed");
    expect(await planNextRun(night.ports, null)).toBe(false);
    await night.clock.advance(MINUTE_MS);
    expect(await planNextRun(night.ports, null)).toBe(true);
    expect(await planned(night)).toEqual([runs[0]!.id]);
  });

  it("whose export was removed from the configuration is postponed, with a reason that says what to do", async () => {
    const { night, runs } = await withRuns(1);
    const removed = { ...night.ports, registry: { ...night.ports.registry, findExport: () => null } };
    expect(await planNextRun(removed, null)).toBe(true);
    const { lastFailure, notBefore } = planningOf(night, runs[0]!);
    expect(lastFailure).toMatchObject({ reason: "nothing-selected", exportName: "schedules" });
    expect(describeFailure(lastFailure!)).toContain("nightferry cancel");
    expect(notBefore! > night.clock.now()).toBe(true);
    expect(eventsNamed(night, "run.postponed")).toMatchObject([{ runId: runs[0]!.id, until: notBefore }]);
    // It is planned once the export is configured again.
    await night.clock.advance(HOUR_MS);
    expect(await planNextRun(night.ports, null)).toBe(true);
    expect(await planned(night)).toEqual([runs[0]!.id]);
  });

  it("whose connection's breaker is open is postponed until the breaker is half-open, with the breaker's failure", async () => {
    const { night, runs } = await withRuns(1);
    const retryAt = new Date(night.clock.now().getTime() + 4 * MINUTE_MS);
    await night.repositories.breakers.put({ dependency: ACME, since: night.clock.now(), failures: 3, retryAt, lastFailure: UNREACHABLE });
    expect(await planNextRun(night.ports, null)).toBe(true);
    expect(planningOf(night, runs[0]!)).toMatchObject({ notBefore: retryAt, lastFailure: UNREACHABLE });
    expect(night.wfm.calls.listEntities).toBe(0);
    expect(night.wakeUps.pending()).toEqual([{ role: "submit", id: runs[0]!.id }]);
    expect(night.wakeUps.nextDueAt()).toEqual(retryAt);
  });

  it("probes a half-open breaker alone, and closes it", async () => {
    const { night } = await withRuns(3);
    const since = night.clock.now();
    await night.repositories.breakers.put({ dependency: ACME, since, failures: 3, retryAt: since, lastFailure: UNREACHABLE });
    const { listEntities } = night.wfm.client;
    let most = 0;
    let underWay = 0;
    Object.assign(night.wfm.client, {
      listEntities: async (...call: Parameters<typeof listEntities>) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => void setImmediate(resolve));
        underWay -= 1;
        return await listEntities(...call);
      },
    });
    await Promise.all([1, 2, 3].map(() => planNextRun(night.ports, null)));
    expect(most).toBe(1);
    expect(await planned(night)).toHaveLength(1);
    expect(await night.repositories.breakers.list()).toEqual([]);
  });

  it("with literal ids is planned without WFM, also while the breaker is open", async () => {
    const { night } = await withRuns(1, { exports: [buildExport({ schedule: null, select: { muIds: [101] } })] });
    const retryAt = new Date(night.clock.now().getTime() + HOUR_MS);
    await night.repositories.breakers.put({ dependency: ACME, since: night.clock.now(), failures: 3, retryAt, lastFailure: UNREACHABLE });
    expect(await planNextRun(night.ports, null)).toBe(true);
    expect(await planned(night)).toHaveLength(1);
    expect(night.wfm.calls.listEntities).toBe(0);
  });

  it("is planned later if WFM could not list the entities", async () => {
    const night = await createNight();
    for (let call = 0; call < 5; call += 1) night.wfm.next("listEntities", { kind: "fail", failure: UNREACHABLE });
    await night.untilFinished();
    expect(night.wfm.calls.listEntities).toBe(6);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("reports how its selection differs from that of the run before", async () => {
    const entities = [101, 102].map((id) => ({ kind: "mu" as const, id, name: `Sales ${id}` }));
    const { night } = await withRuns(2, { wfm: { entities } });
    await planNextRun(night.ports, null);
    entities.push({ kind: "mu", id: 103, name: "Sales 103" });
    await planNextRun(night.ports, null);
    expect(eventsNamed(night, "run.selection-changed")).toMatchObject([
      { export: "schedules", change: expect.stringContaining("103") as string },
    ]);
  });
});

describe("entities that are selected by name", () => {
  it("are requested by the ids that WFM lists for them now, without the excepted ones, and stored with the run", async () => {
    const night = await createNight({ exports: [selecting("Sales*", "Billing")], wfm: { entities: ENTITIES } });
    await night.untilFinished();
    expect(night.wfm.jobs.map(({ request }) => request["muIds"])).toEqual([[101, 103]]);
    expect((await night.runs())[0]?.run.selection).toEqual({ muIds: [101, 103] });
  });

  it("are reported if they match nothing, and the others are exported", async () => {
    const night = await createNight({ exports: [selecting("Sales*", "Billling")], wfm: { entities: ENTITIES } });
    await night.untilFinished();
    expect(eventsNamed(night, "run.names-unmatched")).toMatchObject([
      { export: "schedules", detail: 'nothing that this login may view matches muIds.names "Billling", muIds.except 900' },
    ]);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("keep the run waiting if none of them matches, with their names", async () => {
    const night = await createNight({ exports: [selecting("Salez*")], wfm: { entities: ENTITIES } });
    await night.until(async () => (await night.runs()).some(({ run }) => run.planning.lastFailure !== null));
    const failure = (await night.runs())[0]?.run.planning.lastFailure;
    expect(failure && describeFailure(failure)).toContain(
      'nothing that this login may view matches muIds.names "Salez*", muIds.except 900',
    );
  });
});
