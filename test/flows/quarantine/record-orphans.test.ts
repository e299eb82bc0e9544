import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../../src/core/base/clock.ts";
import { recordOrphans } from "../../../src/flows/quarantine/record-orphans.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildWfmStatus } from "../../factories/build-orphan.ts";
import { type Night, createNight, eventsNamed } from "../../simulated/night.ts";

const REQUEST = { startDate: "2026-11-20", endDate: "2026-11-20", outputFormat: "JSON", muIds: [103] } as const;

const quarantineKeys = (night: Night) => [...night.lake.contents.keys()].filter((key) => key.startsWith("_quarantine/")).sort();

describe("a finished job on the server that no run here requested", () => {
  it("is found within an hour, although no job of ours is on the server", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    await night.until(async () => night.wfm.calls.listJobs === 1);
    night.wfm.addOrphan("agent-info", REQUEST);
    const since = night.clock.now().getTime();
    await night.until(async () => quarantineKeys(night).length === 2);
    expect(night.clock.now().getTime() - since).toBeLessThan(1.1 * HOUR_MS);
  });

  it("is only reported, or ignored, if the connection says so", async () => {
    const reporting = await createNight({ connection: { orphans: "report" } });
    reporting.wfm.addOrphan("agent-schedule-detail", REQUEST);
    await reporting.pass(2 * HOUR_MS);
    expect(quarantineKeys(reporting)).toEqual([]);
    expect(reporting.delivered).toMatchObject([expect.stringContaining("was not requested by any run here")]);

    const ignoring = await createNight({ connection: { orphans: "ignore" } });
    ignoring.wfm.addOrphan("agent-schedule-detail", REQUEST);
    await ignoring.pass(2 * HOUR_MS);
    expect([quarantineKeys(ignoring), ignoring.delivered]).toEqual([[], []]);
  });

  it("is never a job of ours: neither one in flight, nor an archived one, nor one whose answer was lost", async () => {
    const night = await createNight({ wfm: { runMs: 1000 } });
    night.wfm.next("submit", { kind: "lose-answer" });
    await night.untilFinished();
    await night.pass(3 * HOUR_MS);
    expect(night.events.filter(({ event }) => event === "orphan.found")).toEqual([]);
    expect(quarantineKeys(night)).toEqual([]);
  });

  it("is recorded once, and only after it has finished", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const finished = buildWfmStatus();
    const running = buildWfmStatus({ status: "running" });
    const listing = { jobs: [finished, running], serverTime: night.clock.now() };
    await recordOrphans(night.ports, "acme", listing);
    await recordOrphans(night.ports, "acme", listing);
    expect(eventsNamed(night, "orphan.found").map(({ jobId }) => jobId)).toEqual([finished.jobId]);
    expect(night.wakeUps.pending()).toEqual([{ role: "archive", id: null }]);
  });

  it("is not recorded while a submission in doubt may have created it", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const intent = await seedJob(night.repositories, "submitting");
    const after = new Date("2026-11-23T07:40:00.000Z");
    const like = buildWfmStatus({ exporterType: intent.exporter, lastStatusChange: after });
    const unlike = buildWfmStatus({ exporterType: "agent-info", lastStatusChange: after });
    await recordOrphans(night.ports, "acme", { jobs: [like, unlike], serverTime: null });
    expect(eventsNamed(night, "orphan.found").map(({ jobId }) => jobId)).toEqual([unlike.jobId]);
  });

  it("is not recorded for a connection that the configuration no longer has", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    await recordOrphans(night.ports, "removed", { jobs: [buildWfmStatus()], serverTime: null });
    expect(night.events).toEqual([]);
  });
});
