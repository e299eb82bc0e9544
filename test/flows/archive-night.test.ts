import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { manifestSchema } from "../../src/core/manifest.ts";
import { buildExport } from "../factories/build-export.ts";
import { createNight, text } from "./night.ts";

const FOLDER = "schedules/date=2026-11-22";

describe("a night", () => {
  it("takes a due slot to a manifest", async () => {
    const night = await createNight();
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run).toMatchObject({
      outcome: "archived",
      trigger: "schedule",
      interval: { from: "2026-11-22", to: "2026-11-22" },
      selection: { muIds: [101, 102, 103] },
    });
    expect([...night.lake.contents.keys()].sort()).toEqual([
      `${FOLDER}/_SUCCESS`,
      `${FOLDER}/_manifest.json`,
      `${FOLDER}/part-000.json.gz`,
    ]);
    const stored = JSON.parse(text(gunzipSync(night.lake.contents.get(`${FOLDER}/part-000.json.gz`)!)));
    expect(stored).toEqual(night.wfm.rowsOf(night.wfm.jobs[0]!.request));
    expect(night.queue.failures).toEqual([]);
  });

  it("states in the manifest what was asked for, what was announced and what is stored", async () => {
    const night = await createNight();
    await night.untilFinished();
    const manifest = manifestSchema.parse(JSON.parse(text(night.lake.contents.get(`${FOLDER}/_manifest.json`))));
    const [job] = night.wfm.jobs;
    const part = night.lake.contents.get(`${FOLDER}/part-000.json.gz`)!;
    expect(manifest).toMatchObject({
      export: "schedules",
      connection: "acme",
      jobIds: [job!.id],
      requests: [job!.request],
      announced: [{ jobId: job!.id, records: 3 }],
      artifacts: [{ uri: `memory://bucket/${FOLDER}/part-000.json.gz`, bytes: part.byteLength, records: 3, encoding: "gzip" }],
    });
    expect(Date.parse(manifest.deadline) - Date.parse(manifest.completedAt)).toBe(24 * 3_600_000);
  });

  it("publishes the artifact, then the manifest, then _SUCCESS", async () => {
    const night = await createNight();
    await night.untilFinished();
    const visible = night.lake.operations.filter(({ operation }) => operation === "commit" || operation === "put").map(({ key }) => key);
    expect(visible).toEqual([`${FOLDER}/part-000.json.gz`, `${FOLDER}/_manifest.json`, `${FOLDER}/_SUCCESS`]);
  });

  it("takes _SUCCESS away before a rerun touches anything, and leaves the same keys", async () => {
    const night = await createNight();
    await night.untilFinished();
    const before = [...night.lake.contents.keys()].sort();
    const { createRun } = await import("../../src/flows/create-run.ts");
    const start = night.lake.operations.length;
    const [found] = await night.runs();
    const again = await createRun(night.ports, { exportName: "schedules", interval: found!.run.interval, trigger: "manual" });
    expect(again.generation).toBe(1);
    await night.untilFinished();
    const changes = night.lake.operations.slice(start).filter(({ operation }) => ["remove", "commit", "put"].includes(operation));
    expect(changes).toEqual([
      { operation: "remove", key: `${FOLDER}/_SUCCESS` },
      { operation: "commit", key: `${FOLDER}/part-000.json.gz` },
      { operation: "put", key: `${FOLDER}/_manifest.json` },
      { operation: "put", key: `${FOLDER}/_SUCCESS` },
    ]);
    expect([...night.lake.contents.keys()].sort()).toEqual(before);
  });

  it("makes one job per business date, or one for the interval", async () => {
    const window = { fromDays: -3, toDays: -1 };
    const night = await createNight({
      exports: [buildExport({ name: "daily", window }), buildExport({ name: "whole", window, partition: "interval" })],
    });
    await night.untilFinished();
    const folders = [...night.lake.contents.keys()].filter((key) => key.endsWith("_SUCCESS")).sort();
    expect(folders).toEqual([
      "daily/date=2026-11-20/_SUCCESS",
      "daily/date=2026-11-21/_SUCCESS",
      "daily/date=2026-11-22/_SUCCESS",
      "whole/date=2026-11-20--2026-11-22/_SUCCESS",
    ]);
  });

  it("never has more jobs alive on the server than the budget, whatever is pending", async () => {
    const exports = Array.from({ length: 12 }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));
    const night = await createNight({ exports, connection: { maxConcurrentJobs: 3 } });
    let most = 0;
    await night.until(async () => {
      most = Math.max(most, (await night.stores.jobs.alive("acme")).count);
      const runs = await night.runs();
      return runs.length === 12 && runs.every(({ run }) => run.outcome === "archived");
    });
    expect(most).toBe(3);
    expect(night.wfm.calls.submit).toBe(12);
  });
});
