import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Manifest } from "../../src/core/manifest.ts";
import { FAULTS, parseFaults } from "../../src/simulator/faults.ts";
import type { MemoryObjectStore } from "../fakes/memory-object-store.ts";
import { exportOf, FAULT_ROWS, type FaultRow } from "./fault-rows.ts";
import { findLies } from "./find-lies.ts";
import { text } from "./night.ts";
import { type SimulatedNight, withSimulatedNight } from "./simulated-night.ts";

const ROWS = Object.values(FAULT_ROWS).flat();
const HOUR_MS = 3_600_000;

/** Half an hour passes before the slot; before the next one, a night that comes to an end has to. */
async function spend(night: SimulatedNight, { ends }: FaultRow): Promise<void> {
  if (ends.outcome === "pending") return await night.pass((0.5 + ends.hours) * HOUR_MS);
  const morning = night.clock.now().getTime() + 23 * HOUR_MS;
  const isOver = async () => (await night.runs()).some(({ run }) => run.outcome !== "pending");
  await night.until(async () => (await isOver()) || night.clock.now().getTime() > morning);
}

describe("every fault has a night", () => {
  it.each(Object.entries(FAULTS))("that shows %s, with every word that it takes", (name, { value }) => {
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
        await spend(night, row);
        const [found] = await night.runs();
        const trouble = await night.trouble();
        expect([found?.run.outcome, outcome === "archived" ? "-" : trouble?.reason]).toEqual([outcome, reason]);
        expect(await findLies(night)).toEqual([]);
        if (outcome !== "archived" && outcome !== "partial") expect([...night.lake.contents.keys()]).toEqual([]);
        expect(night.lake.staged.size).toBe(0);
        expect(night.simulator.stats).toMatchObject(row.counts ?? {});
        expect(night.queue.failures).toEqual([]);
      });
    },
  );
});

describe("what is said of a night", () => {
  const count = (night: SimulatedNight, event: string) => night.events.filter((one) => one.event === event).length;

  it("warns once of a status word that nobody knows, however often it is seen", async () => {
    await withSimulatedNight({ faults: "unknown-status-word", simulator: { runMs: 900_000 } }, async (night) => {
      await night.untilFinished();
      expect(count(night, "connection.looked")).toBeGreaterThan(10);
      expect(night.events.filter(({ event }) => event === "status.word-unknown")).toEqual([
        { event: "status.word-unknown", connection: "acme", word: "FINALIZING" },
      ]);
      expect((await night.runs())[0]?.run.outcome).toBe("archived");
    });
  });

  it("tells once of a job that WFM comes to no end with, and archives it when WFM does after all", async () => {
    await withSimulatedNight({ faults: "long-wait=72000" }, async (night) => {
      await night.pass(19 * HOUR_MS);
      expect(count(night, "job.overdue")).toBe(1);
      expect(await night.trouble()).toMatchObject({ reason: "job-overdue", hours: 18 });
      await night.untilFinished();
      expect((await night.runs())[0]?.run.outcome).toBe("archived");
      expect(await findLies(night)).toEqual([]);
    });
  });

  it("tells of a submit that was not answered, and of a connection that is stopped, once", async () => {
    await withSimulatedNight({ faults: "submit-lost:x1" }, async (night) => {
      await night.untilFinished();
      expect(count(night, "submit.unanswered")).toBe(1);
    });
    await withSimulatedNight({ faults: "login-refused" }, async (night) => {
      await night.pass(6 * HOUR_MS);
      expect(count(night, "connection.stopped")).toBe(1);
      expect(night.simulator.stats.loginsRefused).toBe(3);
    });
  });

  it("keeps the exporter's report as it came", async () => {
    await withSimulatedNight({}, async (night) => {
      await night.untilFinished();
      const manifest = JSON.parse(text(night.lake.contents.get("schedules/date=2026-11-22/_manifest.json"))) as Manifest;
      expect(manifest.announced[0]?.report).toMatch(
        /^Export agent-schedule-detail\nFrom 2026-11-22 to 2026-11-22\n\nMU {7}101 {5}- entity 101\n/,
      );
    });
  });
});

describe("the truth about a night", () => {
  const FOLDER = "schedules/date=2026-11-22";
  const PART = `${FOLDER}/part-000.json.gz`;
  const rewrite = (lake: MemoryObjectStore, change: (rows: unknown[]) => unknown[]): void => {
    const rows = JSON.parse(gunzipSync(lake.contents.get(PART)!).toString()) as unknown[];
    lake.contents.set(PART, gzipSync(JSON.stringify(change(rows))));
  };

  it.each<[string, (lake: MemoryObjectStore) => unknown]>([
    ["a record is missing", (lake) => rewrite(lake, (rows) => rows.slice(1))],
    ["a record is there twice", (lake) => rewrite(lake, (rows) => [rows[0], ...rows.slice(0, -1)])],
    ["an object is gone", (lake) => lake.contents.delete(PART)],
    ["the manifest is gone", (lake) => lake.contents.delete(`${FOLDER}/_manifest.json`)],
    ["_SUCCESS is gone", (lake) => lake.contents.delete(`${FOLDER}/_SUCCESS`)],
    ["an object is not listed", (lake) => lake.contents.set(`${FOLDER}/part-009.json.gz`, new Uint8Array())],
    ["an object is nobody's", (lake) => lake.contents.set("elsewhere/part-000.json.gz", new Uint8Array())],
  ])("is found out when %s", async (_what, spoil) => {
    await withSimulatedNight({}, async (night) => {
      await night.untilFinished();
      expect(await findLies(night)).toEqual([]);
      spoil(night.lake);
      expect(await findLies(night)).not.toEqual([]);
    });
  });
});
