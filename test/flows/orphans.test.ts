import { describe, expect, it } from "vitest";
import { moveOrphan } from "../../src/core/orphan.ts";
import { rescueNoteSchema } from "../../src/core/rescue.ts";
import { buildExport } from "../factories/build-export.ts";
import { buildOrphan, buildVendorStatus } from "../factories/build-orphan.ts";
import { createNight, type Night, text } from "./night.ts";

const HOUR = 3_600_000;
const REQUEST = { startDate: "2026-11-20", endDate: "2026-11-20", outputFormat: "JSON", muIds: [103] } as const;
const S3_DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;

const rescuedKeys = (night: Night) => [...night.lake.contents.keys()].filter((key) => key.startsWith("_rescued/")).sort();

describe("a finished job that nobody here asked for", () => {
  it("is copied raw, with what the status said of it, and kept", async () => {
    const night = await createNight();
    const id = night.wfm.addStranger("agent-schedule-detail", REQUEST);
    await night.until(async () => rescuedKeys(night).length === 2);
    expect(rescuedKeys(night)).toEqual([`_rescued/acme/${id}.about.json`, `_rescued/acme/${id}.json`]);
    expect(JSON.parse(text(night.lake.contents.get(`_rescued/acme/${id}.json`)))).toEqual([{ date: "2026-11-20", muID: 103 }]);
    const note = rescueNoteSchema.parse(JSON.parse(text(night.lake.contents.get(`_rescued/acme/${id}.about.json`))));
    expect(note).toMatchObject({ proven: false, run: null, status: { exporterType: "agent-schedule-detail", statusWord: "completed" } });
    await night.pass(48 * HOUR);
    expect(rescuedKeys(night)).toHaveLength(2);
    expect(night.wfm.calls.openResult).toBeLessThan(5);
  });

  it("is found although no job of ours is on the server, within an hour", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    await night.until(async () => night.wfm.calls.listJobs === 1);
    night.wfm.addStranger("agent-info", REQUEST);
    const since = night.clock.now().getTime();
    await night.until(async () => rescuedKeys(night).length === 2);
    expect(night.clock.now().getTime() - since).toBeLessThan(1.1 * HOUR);
  });

  it("is only told of, or ignored, where the connection says so", async () => {
    const reporting = await createNight({ connection: { orphans: "report" } });
    reporting.wfm.addStranger("agent-schedule-detail", REQUEST);
    await reporting.pass(2 * HOUR);
    expect(rescuedKeys(reporting)).toEqual([]);
    expect(reporting.told).toMatchObject([expect.stringContaining("WFM holds a result that no run here asked for")]);

    const ignoring = await createNight({ connection: { orphans: "ignore" } });
    ignoring.wfm.addStranger("agent-schedule-detail", REQUEST);
    await ignoring.pass(2 * HOUR);
    expect([rescuedKeys(ignoring), ignoring.told]).toEqual([[], []]);
  });

  it("is never one of ours: neither those at work, nor archived, nor given up, nor one whose answer is still awaited", async () => {
    const night = await createNight({ wfm: { runMs: 1000 } });
    night.wfm.next("submit", { kind: "lose-answer" });
    await night.untilFinished();
    await night.pass(3 * HOUR);
    expect(night.events.filter(({ event }) => event === "orphan.found")).toEqual([]);
    expect(rescuedKeys(night)).toEqual([]);
  });

  it("is what a crash left twice on the server: the copy that no row claims is rescued", async () => {
    const night = await createNight();
    night.wfm.next("submit", { kind: "lose-answer" });
    await night.until(async () => night.wfm.calls.submit === 1);
    night.wfm.addStranger("agent-schedule-detail", night.wfm.jobs[0]!.request);
    await night.until(async () => (await night.runs())[0]?.run.outcome === "archived" && rescuedKeys(night).length === 4);
    expect(night.wfm.calls.submit).toBe(2);
  });

  it("waits while its destination is down, and is tried again", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    night.wfm.addStranger("agent-schedule-detail", REQUEST);
    night.lake.down = S3_DOWN;
    await night.pass(5 * HOUR);
    expect(rescuedKeys(night)).toEqual([]);
    night.lake.down = null;
    await night.until(async () => rescuedKeys(night).length === 2);
  });

  it("is copied again while the copy has not the size that the status states, and kept as it is when it never has", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const sized = { announced: { records: 1, compressedBytes: null, uncompressedBytes: 34 } };
    const whole = night.wfm.addStranger("agent-schedule-detail", REQUEST);
    night.wfm.end(whole, { status: "completed", statusWord: "completed", ...sized });
    night.wfm.next("openResult", { kind: "alter-body", text: '[{"date":"2026-11-20",' });
    await night.until(async () => (await night.stores.orphans.list(10))[0]?.state === "rescued");
    expect(text(night.lake.contents.get(`_rescued/acme/${whole}.json`))).toHaveLength(34);
    expect(night.wfm.calls.openResult).toBe(2);

    const never = night.wfm.addStranger("agent-schedule-detail", REQUEST);
    night.wfm.end(never, { status: "completed", statusWord: "completed", announced: { ...sized.announced, uncompressedBytes: 35 } });
    await night.until(async () => (await night.stores.orphans.list(10)).filter(({ state }) => state === "rescued").length === 2);
    expect(rescuedKeys(night)).toHaveLength(4);
    expect(night.wfm.calls.openResult).toBe(2 + 8);
  });

  it("is not kept cut off because other things have failed often, nor while each try brings another size", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const id = night.wfm.addStranger("agent-schedule-detail", REQUEST);
    const announced = { records: 1, compressedBytes: null, uncompressedBytes: 34 };
    night.wfm.end(id, { status: "completed", statusWord: "completed", announced });
    const unreachable = { reason: "unreachable", target: "https://wfm", detail: "reset" } as const;
    for (let time = 0; time < 9; time += 1) night.wfm.next("openResult", { kind: "fail", failure: unreachable });
    for (const cut of ["[", "[{", "[{}"]) night.wfm.next("openResult", { kind: "alter-body", text: cut });
    await night.until(async () => (await night.stores.orphans.list(10))[0]?.state === "rescued");
    expect(text(night.lake.contents.get(`_rescued/acme/${id}.json`))).toHaveLength(34);
    expect(night.wfm.calls.openResult).toBe(9 + 3 + 1);
  });

  it("that was gone before it could be copied is told of", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const id = night.wfm.addStranger("agent-schedule-detail", REQUEST);
    night.lake.down = S3_DOWN;
    await night.pass(2 * HOUR);
    night.wfm.forget(id);
    night.lake.down = null;
    await night.until(async () => night.told.length > 0);
    expect(night.told[0]).toContain("was gone before it could be copied");
    expect(rescuedKeys(night)).toEqual([]);
  });

  it("is taken back from a rescuer that died", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const vendorJobId = night.wfm.addStranger("agent-schedule-detail", REQUEST);
    const announced = { records: 1, compressedBytes: null, uncompressedBytes: null };
    const orphan = buildOrphan({ vendorJobId, status: buildVendorStatus({ vendorJobId, announced }) });
    await night.stores.orphans.add(orphan);
    const leaseUntil = new Date(night.clock.now().getTime() + 60_000);
    await night.stores.orphans.move(orphan, moveOrphan(orphan, { state: "rescuing", attempt: 0, token: "of the dead", leaseUntil }));
    await night.until(async () => rescuedKeys(night).length === 2);
    expect(night.clock.now() >= leaseUntil).toBe(true);
    expect(await night.stores.orphans.list(10)).toMatchObject([{ state: "rescued" }]);
  });
});
