import { describe, expect, it } from "vitest";
import { WORK_ROLES } from "../../../src/core/base/role.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { POLL_INTERVAL_MS } from "../../../src/flows/runtime/role-loop.ts";
import { createWork } from "../../../src/flows/runtime/work.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { createNight } from "../../simulated/night.ts";

describe("wake-ups", () => {
  it("can be lost at any moment: every run is archived, and nothing is submitted twice", async () => {
    const exports = Array.from({ length: 6 }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));
    const night = await createNight({ exports, connection: { maxConcurrentJobs: 2 } });
    let flushed = 0;
    await night.until(async () => {
      night.wakeUps.flush();
      flushed += 1;
      const runs = await night.runs();
      return runs.length === 6 && runs.every(({ run }) => run.outcome === "archived");
    });
    expect(flushed).toBeGreaterThan(10);
    expect(night.wfm.calls.submit).toBe(6);
  });

  it("that are lost delay a planned poll by one poll interval at most", async () => {
    const night = await createNight({ wfm: { runMs: 600_000 } });
    await night.until(async () => (await night.jobs()).some((job) => job.state === "running"));
    const delays: number[] = [];
    const { listJobs } = night.wfm.client;
    const { claimPoll } = night.repositories.connections;
    let planned: Date | null = null;
    Object.assign(night.repositories.connections, {
      claimPoll: async (claim: Parameters<typeof claimPoll>[0]) => {
        planned = night.tables.connections.get("acme")!.nextPollAt;
        return await claimPoll(claim);
      },
    });
    Object.assign(night.wfm.client, {
      listJobs: async () => {
        delays.push(night.clock.now().getTime() - planned!.getTime());
        return await listJobs();
      },
    });
    await night.until(async () => {
      night.wakeUps.flush();
      return delays.length === 5;
    });
    expect(Math.max(...delays)).toBeLessThanOrEqual(POLL_INTERVAL_MS);
  });

  it("that are repeated change nothing", async () => {
    const night = await createNight();
    const { send } = night.wakeUps;
    Object.assign(night.wakeUps, {
      send: (...[wakeUps, options]: Parameters<typeof send>) => send([...wakeUps, ...wakeUps, ...wakeUps], options),
    });
    await night.untilFinished();
    expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(["archived"]);
    expect(night.wfm.calls).toMatchObject({ submit: 1, openResult: 1 });
  });
});

describe("the work of a role", () => {
  const { signal } = new AbortController();

  it.each(WORK_ROLES)("%s has nothing to do when nothing is due", async (role) => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const work = createWork(night.ports)[role];
    while (await work.claimNext(null, signal)) expect(role).toBe("reconcile");
    await work.atInterval?.(signal);
    expect(await work.claimNext(null, signal)).toBe(false);
    expect(await work.claimNext("an unknown row", signal)).toBe(false);
    expect([night.wfm.calls.submit, night.wfm.calls.listJobs, night.lake.contents.size]).toEqual([0, 0, 0]);
  });

  it("submit is to plan the named run, and then to submit its job", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const order = { exportName: "schedules", trigger: "manual" } as const;
    await createRun(night.ports, { ...order, interval: buildInterval("2026-11-21") });
    const named = await createRun(night.ports, { ...order, interval: buildInterval("2026-11-22") });
    const { submit } = createWork(night.ports);
    expect(await submit.claimNext(named.id, signal)).toBe(true);
    expect((await night.jobs()).map(({ runId }) => runId)).toEqual([named.id]);
    expect(night.wfm.calls.submit).toBe(0);
    await submit.atInterval?.(signal);
    while (await submit.claimNext(null, signal)) continue;
    expect(await night.jobs()).toHaveLength(2);
    // Both requests are of one exporter, and each has been answered.
    expect(night.wfm.calls.submit).toBe(2);
  });

  it("archive is to archive results before orphans are copied", async () => {
    const night = await createNight();
    await night.untilFinished();
    const request = { startDate: "2026-11-20", endDate: "2026-11-20", outputFormat: "JSON", muIds: [103] } as const;
    const orphan = night.wfm.addOrphan("agent-schedule-detail", request);
    await night.until(async () => night.lake.contents.has(`_quarantine/acme/${orphan}.json`));
    expect((await night.jobs()).map(({ state }) => state)).toEqual(["archived"]);
  });

  it("probes are of the roles that call WFM and the stores", async () => {
    const night = await createNight();
    const probing = WORK_ROLES.filter((role) => createWork(night.ports)[role].atInterval !== undefined);
    expect(probing).toEqual(["submit", "archive"]);
  });
});
