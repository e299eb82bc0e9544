import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { coverageOf } from "../../src/core/coverage.ts";
import type { Entity } from "../../src/core/entity.ts";
import type { Job } from "../../src/core/job.ts";
import { NOTHING_LEARNED } from "../../src/core/learned-size.ts";
import { type Manifest, manifestSchema } from "../../src/core/manifest.ts";
import { createRun } from "../../src/flows/create-run.ts";
import { retryRun } from "../../src/flows/retry-run.ts";
import { buildExport } from "../factories/build-export.ts";
import { buildInterval } from "../factories/build-run.ts";
import { createNight, type Night, text } from "./night.ts";

const FORTY: readonly Entity[] = Array.from({ length: 40 }, (_, index) => ({ kind: "mu", id: 101 + index, name: `MU ${index}` }));
const OCTOBER = buildInterval("2026-10-01", "2026-10-31");
const FOLDER = "schedules/date=2026-10-01--2026-10-31";
const BY_HAND = { schedule: null, partition: "interval" } as const;

async function runOctober(night: Night): Promise<void> {
  await createRun(night.ports, { exportName: "schedules", interval: OCTOBER, trigger: "manual" });
  await night.untilFinished();
}

function manifestOf(night: Night, folder = FOLDER): Manifest {
  return manifestSchema.parse(JSON.parse(text(night.lake.contents.get(`${folder}/_manifest.json`))));
}

/** The rows of every artifact that the manifest lists, in its order. */
function storedRows(night: Night, folder = FOLDER): { readonly date: string; readonly muID: number }[] {
  return manifestOf(night, folder).artifacts.flatMap(({ uri }) => {
    const key = `${folder}/${uri.slice(uri.lastIndexOf("/") + 1)}`;
    return JSON.parse(text(gunzipSync(night.lake.contents.get(key)!)));
  });
}

function levelOf(job: Job, jobs: readonly Job[]): number {
  const parent = jobs.find(({ id }) => id === job.splitFrom);
  return parent ? 1 + levelOf(parent, jobs) : 0;
}

describe("a result that is too large", () => {
  it("is asked for in pieces of the same run, within three levels, and the second night asks in pieces that fit at once", async () => {
    const night = await createNight({ exports: [buildExport(BY_HAND)], wfm: { entities: FORTY, mostRows: 100 } });
    await runOctober(night);
    const [found] = await night.runs();
    const jobs = await night.jobs();
    expect(found?.run.outcome).toBe("archived");
    expect(Math.max(...jobs.map((job) => levelOf(job, jobs)))).toBeLessThanOrEqual(3);
    const rows = storedRows(night);
    expect(rows).toHaveLength(31 * 40);
    expect(new Set(rows.map(({ date, muID }) => `${date} ${muID}`)).size).toBe(31 * 40);
    const dates = rows.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
    expect([...night.lake.contents.keys()].filter((key) => key.includes("/part-"))).toHaveLength(manifestOf(night).artifacts.length);
    expect(night.lake.contents.has(`${FOLDER}/_SUCCESS`)).toBe(true);

    const submitted = night.wfm.jobs.length;
    await runOctober(night);
    const second = (await night.runs())[0]!;
    expect(second.run).toMatchObject({ outcome: "archived", generation: 1 });
    expect(second.jobs.filter(({ state }) => state === "split")).toEqual([]);
    expect(night.wfm.jobs.length - submitted).toBe(second.jobs.length);
    expect(storedRows(night)).toHaveLength(31 * 40);
    expect(night.queue.failures).toEqual([]);
  });

  it("is cut by entities within a business date, and publishes the date's folder once, whole", async () => {
    const night = await createNight({ exports: [buildExport()], wfm: { entities: FORTY, mostRows: 12 } });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(storedRows(night, "schedules/date=2026-11-22")).toHaveLength(40);
    const puts = night.lake.operations.filter(({ operation, key }) => operation === "put" && key?.endsWith("_manifest.json"));
    expect(puts).toHaveLength(1);
  });

  it("fails, named, when one date of one entity is still too large, and what else there is is published without _SUCCESS", async () => {
    const night = await createNight({ wfm: { mostRows: 2 } });
    const tooLarge = (job: { readonly request: { readonly [member: string]: unknown } }) =>
      (job.request["muIds"] as number[]).includes(102);
    await night.until(async () => {
      for (const job of night.wfm.jobs.filter((one) => one.end === null && tooLarge(one))) {
        night.wfm.end(job.id, { status: "failed", errorDetails: "Result set is too large" });
      }
      return (await night.runs()).some(({ run }) => run.outcome !== "pending");
    });
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("partial");
    expect(found?.jobs.filter(({ state }) => state === "failed")).toMatchObject([{ failure: { reason: "result-too-large" } }]);
    const folder = "schedules/date=2026-11-22";
    expect(manifestOf(night, folder).missing).toMatchObject([{ entities: { muIds: [102] }, reason: "result-too-large" }]);
    expect(storedRows(night, folder).map(({ muID }) => muID)).toEqual([101, 103]);
    expect(night.lake.contents.has(`${folder}/_SUCCESS`)).toBe(false);
  });
});

describe("entities that WFM refuses", () => {
  const folder = "schedules/date=2026-11-22";

  it("fail the run with their list, unless the export says otherwise", async () => {
    const night = await createNight({ wfm: { forbidden: new Set([102]) } });
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("failed");
    expect(found?.jobs).toMatchObject([{ state: "failed", failure: { reason: "entities-forbidden", ids: [102] } }]);
    expect([...night.lake.contents.keys()]).toEqual([]);
  });

  it("are skipped and named everywhere when it says skip", async () => {
    const night = await createNight({ exports: [buildExport({ onForbidden: "skip" })], wfm: { forbidden: new Set([102]) } });
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("partial");
    expect(storedRows(night, folder).map(({ muID }) => muID)).toEqual([101, 103]);
    expect(manifestOf(night, folder).missing).toMatchObject([{ entities: { muIds: [102] }, reason: "entities-forbidden" }]);
    expect(night.lake.contents.has(`${folder}/_SUCCESS`)).toBe(true);
    const range = buildInterval("2026-11-22");
    expect(coverageOf(await night.stores.runs.coverage("schedules", range), range)).toMatchObject([{ state: "partial" }]);
    expect(night.wfm.jobs).toHaveLength(1);
  });

  it("are asked for alone by a retry, and complete the folder once they are permitted", async () => {
    const forbidden = new Set([102]);
    const night = await createNight({ exports: [buildExport({ onForbidden: "skip" })], wfm: { forbidden } });
    await night.untilFinished();
    forbidden.clear();
    await retryRun(night.ports, (await night.runs())[0]!);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.jobs.map(({ request }) => request["muIds"])).toEqual([[101, 103], [102]]);
    expect(storedRows(night, folder).map(({ muID }) => muID)).toEqual([101, 103, 102]);
    expect(manifestOf(night, folder).missing).toEqual([]);
  });

  it("are found out by asking for the entities again when the refusal does not name them", async () => {
    const night = await createNight({
      exports: [buildExport({ onForbidden: "skip", select: { muIds: [101, 102, 900] } })],
    });
    night.wfm.next("submit", { kind: "fail", failure: { reason: "entities-forbidden", details: ["Insufficient permissions"], ids: [] } });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("partial");
    expect(manifestOf(night, folder).missing).toMatchObject([{ entities: { muIds: [900] } }]);
  });

  it("fail the run when nothing else was asked for", async () => {
    const forbidden = new Set([101, 102, 103]);
    const night = await createNight({ exports: [buildExport({ onForbidden: "skip" })], wfm: { forbidden } });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("failed");
  });
});

const ANNOUNCED = { records: null, compressedBytes: null, uncompressedBytes: null };

/** Three parts of one folder, of which WFM is still working on the last. */
async function untilTwoOfThree(): Promise<{ readonly night: Night; finishLast(): void }> {
  const night = await createNight({ wfm: { mostRows: 1 } });
  await night.until(async () => night.wfm.jobs.length === 4);
  const last = night.wfm.jobs.at(-1)!.id;
  night.wfm.end(last, { status: "running", announced: ANNOUNCED });
  await night.pass(30 * 60_000);
  return { night, finishLast: () => night.wfm.end(last, { status: "completed", announced: { ...ANNOUNCED, records: 1 } }) };
}

describe("a folder of several parts", () => {
  const folder = "schedules/date=2026-11-22";

  it("shows nothing before its last part is there", async () => {
    const { night, finishLast } = await untilTwoOfThree();
    expect([...night.lake.contents.keys()]).toEqual([]);
    expect((await night.jobs()).map(({ state }) => state).sort()).toEqual(["ready", "ready", "running", "split"]);
    finishLast();
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(storedRows(night, folder)).toHaveLength(3);
    expect(night.wfm.calls.openResult).toBe(3);
  });

  it("fetches parts again whose uploads the store has lost", async () => {
    const { night, finishLast } = await untilTwoOfThree();
    night.lake.staged.clear();
    finishLast();
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(storedRows(night, folder)).toHaveLength(3);
    expect(night.wfm.calls.openResult).toBe(5);
  });

  it("is published with what there is when its last part is canceled in WFM", async () => {
    const { night } = await untilTwoOfThree();
    night.wfm.end(night.wfm.jobs.at(-1)!.id, { status: "canceled" });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("partial");
    expect(manifestOf(night, folder)).toMatchObject({ missing: [{ reason: "job-canceled" }] });
    expect(storedRows(night, folder)).toHaveLength(2);
  });

  it("takes away what an earlier run had in other parts", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await night.untilFinished();
    expect(manifestOf(night, folder).artifacts).toHaveLength(3);
    await night.stores.exports.setSize("schedules", NOTHING_LEARNED);
    for (const job of night.wfm.jobs) night.wfm.forget(job.id);
    const rerun = await createNight({ stores: night.stores, lake: night.lake, start: night.clock.now().toISOString() });
    await createRun(rerun.ports, { exportName: "schedules", interval: buildInterval("2026-11-22"), trigger: "manual" });
    await rerun.untilFinished();
    expect([...night.lake.contents.keys()].sort()).toEqual([
      `${folder}/_SUCCESS`,
      `${folder}/_manifest.json`,
      `${folder}/part-000.json.gz`,
    ]);
  });
});
