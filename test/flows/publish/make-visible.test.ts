import { describe, expect, it } from "vitest";
import { NOTHING_LEARNED } from "../../../src/core/plan/learned-size.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { createNight } from "../../simulated/night.ts";
import { PARTITION, manifestOf } from "./partition-runs.ts";

describe("a replaced partition", () => {
  it("loses the objects of its chunks that the new one does not overwrite", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await night.untilFinished();
    expect(manifestOf(night).artifacts).toHaveLength(3);
    await night.repositories.exports.setSize("schedules", NOTHING_LEARNED);
    for (const job of night.wfm.jobs) night.wfm.forget(job.id);
    const rerun = await createNight({ tables: night.tables, lake: night.lake, start: night.clock.now().toISOString() });
    await createRun(rerun.ports, { exportName: "schedules", interval: buildInterval("2026-11-22"), trigger: "manual" });
    await rerun.untilFinished();
    expect([...night.lake.contents.keys()].sort()).toEqual([
      `${PARTITION}/_SUCCESS`,
      `${PARTITION}/_manifest.json`,
      `${PARTITION}/part-000.json.gz`,
    ]);
  });
});
