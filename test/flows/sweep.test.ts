import { describe, expect, it } from "vitest";
import { buildExport } from "../factories/build-export.ts";
import { BEAT_MS } from "../../src/flows/keep-beating.ts";
import { createNight } from "./night.ts";

describe("the sweep", () => {
  it("brings everything back after the queue was emptied, at any moment", async () => {
    const exports = Array.from({ length: 6 }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));
    const night = await createNight({ exports, connection: { maxConcurrentJobs: 2 } });
    let flushed = 0;
    await night.until(async () => {
      night.queue.flush();
      flushed += 1;
      const runs = await night.runs();
      return runs.length === 6 && runs.every(({ run }) => run.outcome === "archived");
    });
    expect(flushed).toBeGreaterThan(10);
    expect(night.wfm.calls.submit).toBe(6);
  });

  it("brings a look back for the moment it was planned for, and not only when it is late", async () => {
    const night = await createNight({ wfm: { runMs: 600_000 } });
    await night.until(async () => (await night.jobs()).some((job) => job.state === "running"));
    for (let look = 0; look < 5; look += 1) {
      const planned = (await night.stores.connections.turn("acme")).nextLookAt;
      const before = night.wfm.calls.listJobs;
      night.queue.flush();
      await night.until(async () => night.wfm.calls.listJobs > before);
      expect(night.clock.now().getTime() - (planned?.getTime() ?? 0)).toBeLessThan(BEAT_MS);
    }
  });

  it("plans a run later when WFM could not be asked for entities", async () => {
    const night = await createNight();
    const failure = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" } as const;
    for (let call = 0; call < 5; call += 1) night.wfm.next("listEntities", { kind: "fail", failure });
    await night.untilFinished();
    expect(night.wfm.calls.listEntities).toBe(6);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });
});

describe("slots", () => {
  it("that passed while nothing ran are made up for", async () => {
    const night = await createNight();
    await night.until(async () => (await night.stores.exports.due("schedules"))?.nextDueAt !== null);
    await night.clock.advance(3 * 86_400_000);
    await night.until(async () => {
      const runs = await night.runs();
      return runs.length === 3 && runs.every(({ run }) => run.outcome === "archived");
    });
    expect((await night.runs()).map(({ run }) => run.interval.from).sort()).toEqual(["2026-11-22", "2026-11-23", "2026-11-24"]);
  });
});
