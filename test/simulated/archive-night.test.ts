import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { IN_FLIGHT } from "../../src/core/jobs/job.ts";
import { manifestSchema } from "../../src/core/publish/manifest.ts";
import { createRun } from "../../src/flows/schedule/create-run.ts";
import { buildExport } from "../factories/build-export.ts";
import { createNight, text } from "./night.ts";

const PARTITION = "raw/schedules/business_date=2026-11-22";

describe("a night", () => {
  it("ends with a published partition for every scheduled time", async () => {
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
      `${PARTITION}/_SUCCESS`,
      `${PARTITION}/_manifest.json`,
      `${PARTITION}/part-000.json.gz`,
    ]);
    const stored = JSON.parse(text(gunzipSync(night.lake.contents.get(`${PARTITION}/part-000.json.gz`)!)));
    expect(stored).toEqual(night.wfm.rowsOf(night.wfm.jobs[0]!.request));
  });

  it("writes a manifest with what was requested, what was announced and what is stored", async () => {
    const night = await createNight();
    await night.untilFinished();
    const manifest = manifestSchema.parse(JSON.parse(text(night.lake.contents.get(`${PARTITION}/_manifest.json`))));
    const [job] = night.wfm.jobs;
    const chunk = night.lake.contents.get(`${PARTITION}/part-000.json.gz`)!;
    expect(manifest).toMatchObject({
      export: "schedules",
      connection: "acme",
      jobIds: [job!.id],
      requests: [job!.request],
      announced: [{ jobId: job!.id, records: 3 }],
      artifacts: [{ uri: `memory://bucket/${PARTITION}/part-000.json.gz`, bytes: chunk.byteLength, records: 3, encoding: "gzip" }],
    });
    expect(Date.parse(manifest.deadline) - Date.parse(manifest.completedAt)).toBe(24 * 3_600_000);
  });

  it("publishes the artifact, then the manifest, then _SUCCESS", async () => {
    const night = await createNight();
    await night.untilFinished();
    const visible = night.lake.operations.filter(({ operation }) => operation === "commit" || operation === "put").map(({ key }) => key);
    expect(visible).toEqual([`${PARTITION}/part-000.json.gz`, `${PARTITION}/_manifest.json`, `${PARTITION}/_SUCCESS`]);
  });

  it("removes _SUCCESS before a rerun changes anything, and a rerun writes the same keys", async () => {
    const night = await createNight();
    await night.untilFinished();
    const before = [...night.lake.contents.keys()].sort();
    const start = night.lake.operations.length;
    const [found] = await night.runs();
    const again = await createRun(night.ports, { exportName: "schedules", interval: found!.run.interval, trigger: "manual" });
    expect(again.generation).toBe(1);
    await night.untilFinished();
    const changes = night.lake.operations.slice(start).filter(({ operation }) => ["remove", "commit", "put"].includes(operation));
    expect(changes).toEqual([
      { operation: "remove", key: `${PARTITION}/_SUCCESS` },
      { operation: "commit", key: `${PARTITION}/part-000.json.gz` },
      { operation: "put", key: `${PARTITION}/_manifest.json` },
      { operation: "put", key: `${PARTITION}/_SUCCESS` },
    ]);
    expect([...night.lake.contents.keys()].sort()).toEqual(before);
  });

  it("publishes one partition for each business date, or one for the interval", async () => {
    const window = { fromDays: -3, toDays: -1 };
    const night = await createNight({
      exports: [buildExport({ name: "daily", window }), buildExport({ name: "whole", window, partition: "interval" })],
    });
    await night.untilFinished();
    const partitions = [...night.lake.contents.keys()].filter((key) => key.endsWith("_SUCCESS")).sort();
    expect(partitions).toEqual([
      "raw/daily/business_date=2026-11-20/_SUCCESS",
      "raw/daily/business_date=2026-11-21/_SUCCESS",
      "raw/daily/business_date=2026-11-22/_SUCCESS",
      "raw/whole/business_date=2026-11-20--2026-11-22/_SUCCESS",
    ]);
  });

  it("never has more jobs in flight than the concurrency limit, whatever is pending", async () => {
    const exports = Array.from({ length: 12 }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));
    const night = await createNight({ exports, connection: { maxConcurrentJobs: 3 } });
    let most = 0;
    await night.until(async () => {
      most = Math.max(most, (await night.repositories.jobs.listByState("acme", IN_FLIGHT)).length);
      const runs = await night.runs();
      return runs.length === 12 && runs.every(({ run }) => run.outcome === "archived");
    });
    expect(most).toBe(3);
    expect(night.wfm.calls.submit).toBe(12);
  });
});
