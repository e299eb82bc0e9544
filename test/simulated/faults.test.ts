import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Manifest } from "../../src/core/publish/manifest.ts";
import { FAULTS, parseFaults } from "../../src/simulator/faults.ts";
import type { MemoryObjectStore } from "../fakes/memory-object-store.ts";
import { exportOf, FAULT_ROWS, type FaultRow } from "./fault-rows.ts";
import { findFalseClaims } from "./find-false-claims.ts";
import { text } from "./night.ts";
import { type SimulatedNight, withSimulatedNight } from "./simulated-night.ts";

const ROWS = Object.values(FAULT_ROWS).flat();
const HOUR_MS = 3_600_000;

/** The scheduled time is half an hour after the start. A night that ends does so before the next one. */
async function passNight(night: SimulatedNight, { ends }: FaultRow): Promise<void> {
  if (ends.outcome === "pending") return await night.pass((0.5 + ends.hours) * HOUR_MS);
  const morning = night.clock.now().getTime() + 23 * HOUR_MS;
  const isOver = async () => (await night.runs()).some(({ run }) => run.outcome !== "pending");
  await night.until(async () => (await isOver()) || night.clock.now().getTime() > morning);
}

describe("every fault", () => {
  it.each(Object.entries(FAULTS))("%s has a night for each of its values", (name, { value }) => {
    const settings = FAULT_ROWS[name as keyof typeof FAULTS].flatMap(({ faults }) => {
      const parsed = parseFaults(faults);
      const setting = parsed.ok ? parsed.value[name as keyof typeof FAULTS] : undefined;
      return setting ? [setting] : [];
    });
    expect(settings.length).toBeGreaterThan(0);
    const words = Array.isArray(value) ? (value as readonly string[]) : [];
    expect(settings.map(({ word }) => word)).toEqual(expect.arrayContaining([...words]));
  });
});

describe("a night under faults", () => {
  it.each(ROWS.map((row) => [row.faults, row.ends.outcome, "reason" in row.ends ? row.ends.reason : "-", row] as const))(
    "%s: %s, %s",
    async (_faults, outcome, reason, row) => {
      await withSimulatedNight({ faults: row.faults, exports: [exportOf(row)] }, async (night) => {
        await passNight(night, row);
        const [found] = await night.runs();
        const trouble = await night.trouble();
        expect([found?.run.outcome, outcome === "archived" ? "-" : trouble?.reason]).toEqual([outcome, reason]);
        expect(await findFalseClaims(night)).toEqual([]);
        if (outcome !== "archived" && outcome !== "partial") expect([...night.lake.contents.keys()]).toEqual([]);
        expect(night.lake.staged.size).toBe(0);
        expect(night.simulator.stats).toMatchObject(row.counts ?? {});
      });
    },
  );
});

describe("the events of a night", () => {
  const count = (night: SimulatedNight, event: string) => night.events.filter((one) => one.event === event).length;

  it("warn once of an unknown status word, however often it is listed", async () => {
    await withSimulatedNight({ faults: "unknown-status-word", simulator: { runMs: 900_000 } }, async (night) => {
      await night.untilFinished();
      expect(count(night, "connection.polled")).toBeGreaterThan(10);
      expect(night.events.filter(({ event }) => event === "status.word-unknown")).toEqual([
        { event: "status.word-unknown", connection: "acme", word: "FINALIZING" },
      ]);
      expect((await night.runs())[0]?.run.outcome).toBe("archived");
    });
  });

  it("name a job that WFM does not finish once, and the job is archived when WFM finishes it after all", async () => {
    await withSimulatedNight({ faults: "long-wait=72000" }, async (night) => {
      await night.pass(19 * HOUR_MS);
      expect(count(night, "job.overdue")).toBe(1);
      expect(await night.trouble()).toMatchObject({ reason: "job-overdue", hours: 18 });
      await night.untilFinished();
      expect((await night.runs())[0]?.run.outcome).toBe("archived");
      expect(await findFalseClaims(night)).toEqual([]);
    });
  });

  it("name a submission in doubt and a stopped connection once", async () => {
    await withSimulatedNight({ faults: "submit-lost:x1" }, async (night) => {
      await night.untilFinished();
      expect(count(night, "submission.in-doubt")).toBe(1);
    });
    await withSimulatedNight({ faults: "login-refused" }, async (night) => {
      await night.pass(6 * HOUR_MS);
      expect(count(night, "connection.stopped")).toBe(1);
      expect(night.simulator.stats.loginsRefused).toBe(3);
    });
  });
});

describe("the manifest of a night", () => {
  it("has the exporter's additional details as they arrived", async () => {
    await withSimulatedNight({}, async (night) => {
      await night.untilFinished();
      const manifest = JSON.parse(text(night.lake.contents.get("raw/schedules/business_date=2026-11-22/_manifest.json"))) as Manifest;
      expect(manifest.announced[0]?.additionalDetails).toMatch(
        /^Export agent-schedule-detail\nFrom 2026-11-22 to 2026-11-22\n\nMU {7}101 {5}- entity 101\n/,
      );
    });
  });
});

describe("the check of false claims", () => {
  const PARTITION = "raw/schedules/business_date=2026-11-22";
  const PART = `${PARTITION}/part-000.json.gz`;
  const rewrite = (lake: MemoryObjectStore, change: (rows: unknown[]) => unknown[]): void => {
    const rows = JSON.parse(gunzipSync(lake.contents.get(PART)!).toString()) as unknown[];
    lake.contents.set(PART, gzipSync(JSON.stringify(change(rows))));
  };

  it.each<[string, (lake: MemoryObjectStore) => unknown]>([
    ["a record is missing", (lake) => rewrite(lake, (rows) => rows.slice(1))],
    ["a record is there twice", (lake) => rewrite(lake, (rows) => [rows[0], ...rows.slice(0, -1)])],
    ["an object is gone", (lake) => lake.contents.delete(PART)],
    ["the manifest is gone", (lake) => lake.contents.delete(`${PARTITION}/_manifest.json`)],
    ["_SUCCESS is gone", (lake) => lake.contents.delete(`${PARTITION}/_SUCCESS`)],
    ["an object is not listed", (lake) => lake.contents.set(`${PARTITION}/part-009.json.gz`, new Uint8Array())],
    ["an object belongs to no run", (lake) => lake.contents.set("elsewhere/part-000.json.gz", new Uint8Array())],
  ])("finds that %s", async (_what, damage) => {
    await withSimulatedNight({}, async (night) => {
      await night.untilFinished();
      expect(await findFalseClaims(night)).toEqual([]);
      damage(night.lake);
      expect(await findFalseClaims(night)).not.toEqual([]);
    });
  });
});
