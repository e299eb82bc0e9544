import { describe, expect, it } from "vitest";
import { coverageOf } from "../../src/core/coverage.ts";
import { describeFailure } from "../../src/core/describe-failure.ts";
import { buildExport } from "../factories/build-export.ts";
import { buildInterval } from "../factories/build-run.ts";
import { failOne, latest, published, rescued, startOver, writer } from "./folder-editions.ts";
import { createNight, type Night, type NightOptions } from "./night.ts";

describe("a run that has not all that stands in its folder", () => {
  const WIDER = { reason: "edition-outdone", because: "wider", has: "muIds 102" };

  /** A folder of three entities, and a run that starts it over when one of them cannot be had any more. */
  async function rerunWithout(options: NightOptions, withdraw: () => void): Promise<{ night: Night; before: ReadonlyMap<string, string> }> {
    const night = await createNight(options);
    await night.untilFinished();
    const before = published(night);
    withdraw();
    await startOver(night);
    await night.untilFinished();
    return { night, before };
  }

  async function covered(night: Night) {
    const range = buildInterval("2026-11-22");
    return coverageOf(await night.stores.runs.coverage("schedules", range), range);
  }

  it("leaves it, though refused entities are skipped, and keeps raw what is newer", async () => {
    const forbidden = new Set<number>();
    const exports = [buildExport({ onForbidden: "skip" })];
    const { night, before } = await rerunWithout({ exports, wfm: { forbidden } }, () => forbidden.add(102));
    expect(published(night)).toEqual(before);
    const { run, jobs } = await latest(night);
    expect(run.outcome).toBe("failed");
    const failures = jobs.flatMap((job) => (job.state === "canceled" ? [job.failure] : []));
    expect(failures).toMatchObject([{ ...WIDER, runId: writer(night), copy: expect.stringContaining("_rescued/") as string }]);
    expect(describeFailure(failures[0]!)).toMatch(/has muIds 102 at .*date=2026-11-22.*remove .*nightferry rerun/);
    expect(rescued(night)).toHaveLength(2);
    expect(await covered(night)).toMatchObject([{ state: "archived", runId: writer(night) }]);
  });

  it("leaves it, though the login does not list the entity any more", async () => {
    const entities = [101, 102, 103].map((id) => ({ kind: "mu", id, name: `Sales ${id}` }) as const);
    const { night, before } = await rerunWithout({ wfm: { entities } }, () => entities.splice(1, 1));
    expect(published(night)).toEqual(before);
    expect((await latest(night)).jobs).toMatchObject([{ state: "canceled", failure: WIDER }]);
  });

  it("takes it once people have removed the folder", async () => {
    const forbidden = new Set<number>();
    const exports = [buildExport({ onForbidden: "skip" })];
    const { night } = await rerunWithout({ exports, wfm: { forbidden } }, () => forbidden.add(102));
    for (const key of published(night).keys()) night.lake.contents.delete(key);
    await startOver(night);
    await night.untilFinished();
    const { run } = await latest(night);
    expect(run.outcome).toBe("partial");
    expect(writer(night)).toBe(run.id);
    expect(await covered(night)).toMatchObject([{ state: "partial", runId: run.id }]);
  });

  it("leaves it, too, where neither is whole: each has what the other has not", async () => {
    const night = await createNight({ wfm: { mostRows: 1 } });
    await failOne(night, 1);
    const before = published(night);
    const posted = night.wfm.jobs.length;
    await startOver(night);
    await failOne(night, posted + 1);
    expect(published(night)).toEqual(before);
    const { jobs } = await latest(night);
    expect(jobs.filter(({ state }) => state === "canceled")).toMatchObject([{ failure: WIDER }, { failure: WIDER }]);
    expect(rescued(night)).toHaveLength(2 * 2);
  });
});
