import { describe, expect, it } from "vitest";
import { transitionOrphan } from "../../../src/core/quarantine/orphan.ts";
import { quarantineNoteSchema } from "../../../src/core/quarantine/quarantine-copy.ts";
import { copyNextOrphan } from "../../../src/flows/quarantine/copy-orphan.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildOrphan, buildWfmStatus } from "../../factories/build-orphan.ts";
import { type Night, createNight, text } from "../../simulated/night.ts";

const HOUR = 3_600_000;
const REQUEST = { startDate: "2026-11-20", endDate: "2026-11-20", outputFormat: "JSON", muIds: [103] } as const;
const S3_DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;

const quarantineKeys = (night: Night) => [...night.lake.contents.keys()].filter((key) => key.startsWith("_quarantine/")).sort();

describe("an orphan", () => {
  it("is quarantined, with what the server said about it, and its copy stays", async () => {
    const night = await createNight({ intervalMs: 60_000 });
    const id = night.wfm.addOrphan("agent-schedule-detail", REQUEST);
    await night.until(async () => quarantineKeys(night).length === 2);
    expect(quarantineKeys(night)).toEqual([`_quarantine/acme/${id}.about.json`, `_quarantine/acme/${id}.json`]);
    expect(JSON.parse(text(night.lake.contents.get(`_quarantine/acme/${id}.json`)))).toEqual([{ date: "2026-11-20", muID: 103 }]);
    const note = quarantineNoteSchema.parse(JSON.parse(text(night.lake.contents.get(`_quarantine/acme/${id}.about.json`))));
    expect(note).toMatchObject({ proven: false, run: null, status: { exporterType: "agent-schedule-detail", statusWord: "completed" } });
    await night.pass(48 * HOUR);
    expect(quarantineKeys(night)).toHaveLength(2);
    expect(night.wfm.calls.openResult).toBeLessThan(5);
  });

  it("is also one of two jobs that a lost answer left on the server: the one that no row claims is quarantined", async () => {
    const night = await createNight();
    night.wfm.next("submit", { kind: "lose-answer" });
    await night.until(async () => night.wfm.calls.submit === 1);
    night.wfm.addOrphan("agent-schedule-detail", night.wfm.jobs[0]!.request);
    await night.until(async () => (await night.runs())[0]?.run.outcome === "archived" && quarantineKeys(night).length === 4);
    expect(night.wfm.calls.submit).toBe(2);
  });

  it("waits while its destination is down, and is copied later", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    night.wfm.addOrphan("agent-schedule-detail", REQUEST);
    night.lake.down = S3_DOWN;
    await night.pass(5 * HOUR);
    expect(quarantineKeys(night)).toEqual([]);
    night.lake.down = null;
    await night.until(async () => quarantineKeys(night).length === 2);
  });

  it("is copied again while the copy has another size than announced, and stays as it is if it always has the same one", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const sized = { announced: { records: 1, compressedBytes: null, uncompressedBytes: 34 } };
    const whole = night.wfm.addOrphan("agent-schedule-detail", REQUEST);
    night.wfm.end(whole, { status: "completed", statusWord: "completed", ...sized });
    night.wfm.next("openResult", { kind: "alter-body", text: '[{"date":"2026-11-20",' });
    await night.until(async () => [...night.tables.orphans.values()][0]?.state === "quarantined");
    expect(text(night.lake.contents.get(`_quarantine/acme/${whole}.json`))).toHaveLength(34);
    expect(night.wfm.calls.openResult).toBe(2);

    const never = night.wfm.addOrphan("agent-schedule-detail", REQUEST);
    night.wfm.end(never, { status: "completed", statusWord: "completed", announced: { ...sized.announced, uncompressedBytes: 35 } });
    await night.until(async () => [...night.tables.orphans.values()].filter(({ state }) => state === "quarantined").length === 2);
    expect(quarantineKeys(night)).toHaveLength(4);
    expect(night.wfm.calls.openResult).toBe(2 + 8);
  });

  it("is copied again while each attempt brings another size, however often attempts have failed before", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const id = night.wfm.addOrphan("agent-schedule-detail", REQUEST);
    const announced = { records: 1, compressedBytes: null, uncompressedBytes: 34 };
    night.wfm.end(id, { status: "completed", statusWord: "completed", announced });
    const unreachable = { reason: "unreachable", target: "https://wfm", detail: "reset" } as const;
    for (let time = 0; time < 9; time += 1) night.wfm.next("openResult", { kind: "fail", failure: unreachable });
    for (const cut of ["[", "[{", "[{}"]) night.wfm.next("openResult", { kind: "alter-body", text: cut });
    await night.until(async () => [...night.tables.orphans.values()][0]?.state === "quarantined");
    expect(text(night.lake.contents.get(`_quarantine/acme/${id}.json`))).toHaveLength(34);
    expect(night.wfm.calls.openResult).toBe(9 + 3 + 1);
  });

  it("that WFM has deleted before it was copied raises an alert", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const id = night.wfm.addOrphan("agent-schedule-detail", REQUEST);
    night.lake.down = S3_DOWN;
    await night.pass(2 * HOUR);
    night.wfm.forget(id);
    night.lake.down = null;
    await night.until(async () => night.delivered.length > 0);
    expect(night.delivered[0]).toContain("before it was copied");
    expect(quarantineKeys(night)).toEqual([]);
  });

  it("is copied by another worker after the lease of one that died", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const jobId = night.wfm.addOrphan("agent-schedule-detail", REQUEST);
    const announced = { records: 1, compressedBytes: null, uncompressedBytes: null };
    const orphan = buildOrphan({ jobId, status: buildWfmStatus({ jobId, announced }) });
    await night.repositories.orphans.add(orphan);
    const leaseUntil = new Date(night.clock.now().getTime() + 60_000);
    await night.repositories.orphans.transition(
      orphan,
      transitionOrphan(orphan, { state: "copying", failedAttempts: 0, fencingToken: "of another worker", leaseUntil }),
    );
    await night.until(async () => quarantineKeys(night).length === 2);
    expect(night.clock.now() >= leaseUntil).toBe(true);
    expect([...night.tables.orphans.values()]).toMatchObject([{ state: "quarantined" }]);
  });

  it("is copied only if the connection's policy is to copy all", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })], connection: { orphans: "report" } });
    await night.repositories.orphans.add(buildOrphan({ jobId: night.wfm.addOrphan("agent-schedule-detail", REQUEST) }));
    expect(await copyNextOrphan(night.ports)).toBe(false);
    expect(quarantineKeys(night)).toEqual([]);
  });

  it("is copied by one of several workers, the one with the earliest deadline first", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const announced = { records: 1, compressedBytes: null, uncompressedBytes: null };
    const ids = [103, 102, 101].map((muID) => night.wfm.addOrphan("agent-schedule-detail", { ...REQUEST, muIds: [muID] }));
    await night.clock.advance(60_000);
    for (const [index, jobId] of ids.entries()) {
      const deadline = new Date(night.clock.now().getTime() + (3 - index) * HOUR);
      await night.repositories.orphans.add(buildOrphan({ jobId, deadline, status: buildWfmStatus({ jobId, announced }) }));
    }
    expect(await copyNextOrphan(night.ports)).toBe(true);
    expect(quarantineKeys(night)).toContain(`_quarantine/acme/${ids[2]!}.json`);
    const copied = await Promise.all([1, 2, 3, 4].map(() => copyNextOrphan(night.ports)));
    expect(copied.filter(Boolean)).toHaveLength(2);
    expect(night.wfm.calls.openResult).toBe(3);
  });
});
