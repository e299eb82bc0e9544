import { describe, expect, it } from "vitest";
import { coverageOf } from "../../../src/core/coverage/coverage.ts";
import { retryRun } from "../../../src/flows/jobs/retry-run.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { createNight } from "../../simulated/night.ts";
import { PARTITION, manifestOf, storedRows } from "../publish/partition-runs.ts";

describe("forbidden entities", () => {
  it("fail the run, which names them, unless the export says otherwise", async () => {
    const night = await createNight({ wfm: { forbidden: new Set([102]) } });
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("failed");
    expect(found?.jobs).toMatchObject([{ state: "failed", failure: { reason: "entities-forbidden", ids: [102] } }]);
    expect([...night.lake.contents.keys()]).toEqual([]);
  });

  it("are skipped if the export says so, and named in the run, the manifest and the coverage", async () => {
    const night = await createNight({ exports: [buildExport({ onForbidden: "skip" })], wfm: { forbidden: new Set([102]) } });
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("partial");
    expect(storedRows(night).map(({ muID }) => muID)).toEqual([101, 103]);
    expect(manifestOf(night).missing).toMatchObject([{ entities: { muIds: [102] }, reason: "entities-forbidden" }]);
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);
    const range = buildInterval("2026-11-22");
    expect(coverageOf(await night.repositories.runs.coverage("schedules", range), range)).toMatchObject([{ state: "partial" }]);
    expect(night.wfm.jobs).toHaveLength(1);
  });

  it("are requested alone by a retry, and complete the partition once they are permitted", async () => {
    const forbidden = new Set([102]);
    const night = await createNight({ exports: [buildExport({ onForbidden: "skip" })], wfm: { forbidden } });
    await night.untilFinished();
    forbidden.clear();
    await retryRun(night.ports, (await night.runs())[0]!);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.jobs.map(({ request }) => request["muIds"])).toEqual([[101, 103], [102]]);
    expect(storedRows(night).map(({ muID }) => muID)).toEqual([101, 103, 102]);
    expect(manifestOf(night).missing).toEqual([]);
  });

  it("are found by listing the entities again if the rejection does not name them", async () => {
    const night = await createNight({
      exports: [buildExport({ onForbidden: "skip", select: { muIds: [101, 102, 900] } })],
    });
    night.wfm.next("submit", { kind: "fail", failure: { reason: "entities-forbidden", details: ["Insufficient permissions"], ids: [] } });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("partial");
    expect(manifestOf(night).missing).toMatchObject([{ entities: { muIds: [900] } }]);
  });

  it("fail the run if nothing else was requested", async () => {
    const forbidden = new Set([101, 102, 103]);
    const night = await createNight({ exports: [buildExport({ onForbidden: "skip" })], wfm: { forbidden } });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("failed");
  });
});
