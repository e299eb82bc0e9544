import { describe, expect, it } from "vitest";
import type { Result } from "../../src/core/result.ts";
import type { StorageFailure } from "../../src/core/failure.ts";
import type { Job } from "../../src/core/job.ts";
import { applyEvent } from "../../src/flows/apply-event.ts";
import { archiveNext } from "../../src/flows/archive-next.ts";
import { createRun } from "../../src/flows/create-run.ts";
import type { Ports } from "../../src/flows/ports.ts";
import { LEASE_MS } from "../../src/flows/with-lease.ts";
import { buildExport } from "../factories/build-export.ts";
import { buildInterval } from "../factories/build-run.ts";
import { defer } from "../fakes/defer.ts";
import { createNight, type Night, text } from "./night.ts";

const DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const FOLDER = "schedules/date=2026-11-22";
const MINUTE_MS = 60_000;

/** As many runs of one business date, and so of one folder, whose results wait to be archived now. */
async function waitingResults(runs: number): Promise<Night> {
  const night = await createNight({ exports: [buildExport({ schedule: null })] });
  for (let run = 0; run < runs; run += 1) {
    await createRun(night.ports, { exportName: "schedules", interval: buildInterval(), trigger: "manual" });
  }
  let isDown = true;
  const { begin } = night.lake;
  const beginOrNot: typeof begin = async (...upload) => (isDown ? { ok: false, error: DOWN } : await begin(...upload));
  Object.assign(night.lake, { begin: beginOrNot });
  await night.until(async () => {
    const jobs = await night.jobs();
    const isTried = jobs.some((job) => job.state === "ready" && job.attempt > 0);
    return isTried && jobs.length === runs && jobs.every((job) => job.state === "ready");
  });
  await night.clock.advance(20 * MINUTE_MS);
  isDown = false;
  await night.stores.outages.end({ kind: "destination", name: "lake" });
  return night;
}

function visibleSteps(night: Night): number {
  return night.lake.operations.filter(({ operation }) => operation === "remove" || operation === "commit" || operation === "put").length;
}

function runInManifest(night: Night): string {
  return JSON.parse(text(night.lake.contents.get(`${FOLDER}/_manifest.json`))).run.id;
}

describe("a folder", () => {
  it("is published by one worker at a time, also when two runs have it", async () => {
    const night = await waitingResults(2);
    const { remove } = night.lake;
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      Object.assign(night.lake, {
        remove: async (key: string): Promise<Result<void, StorageFailure>> => {
          resolve();
          await held;
          return await remove(key);
        },
      });
    });
    const first = archiveNext(night.ports);
    await begun;
    expect(await archiveNext(night.ports)).toBe(true);
    expect((await night.jobs()).map(({ state }) => state).toSorted()).toEqual(["archiving", "ready"]);
    expect(visibleSteps(night)).toBe(0);
    letGo();
    await first;
    const since = night.clock.now().getTime();
    await night.untilFinished();
    expect(night.clock.now().getTime() - since).toBeLessThan(MINUTE_MS);
    expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(["archived", "archived"]);
    expect(night.lake.contents.has(`${FOLDER}/_SUCCESS`)).toBe(true);
  });

  it("is not touched by a worker that stood still until its lease had run out", async () => {
    const night = await waitingResults(1);
    const { read } = night.lake;
    let stoodStillMs = 0;
    const standStill: typeof read = async (key) => {
      stoodStillMs = LEASE_MS + 1;
      return await read(key);
    };
    Object.assign(night.lake, { read: standStill });
    const clock: Ports["clock"] = { ...night.clock, now: () => new Date(night.clock.now().getTime() + stoodStillMs) };
    await archiveNext({ ...night.ports, clock });
    expect(visibleSteps(night)).toBe(0);
    expect((await night.jobs())[0]).toMatchObject({ state: "ready", lastFailure: { reason: "interrupted" } });
  });

  it("is made whole again when somebody died who had begun to publish it a second time", async () => {
    const night = await waitingResults(1);
    const { move } = night.stores.jobs;
    const dieBeforeArchived: typeof move = async (before, after, event) => {
      if (event === "archived") throw new Error("killed");
      return await move(before, after, event);
    };
    Object.assign(night.stores.jobs, { move: dieBeforeArchived });
    await expect(archiveNext(night.ports)).rejects.toThrow("killed");
    Object.assign(night.stores.jobs, { move });
    await night.lake.remove(`${FOLDER}/_SUCCESS`);
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("archived");
    expect(night.lake.contents.has(`${FOLDER}/_SUCCESS`)).toBe(true);
    expect(runInManifest(night)).toBe(found?.run.id);
    expect(night.wfm.calls.openResult).toBe(1 + 1);
  });

  it("is left to the run that has published since, by one that had only to say so", async () => {
    const night = await waitingResults(2);
    const { move } = night.stores.jobs;
    const dieBeforeArchived: typeof move = async (before, after, event) => {
      if (event === "archived") throw new Error("killed");
      return await move(before, after, event);
    };
    Object.assign(night.stores.jobs, { move: dieBeforeArchived });
    await expect(archiveNext(night.ports)).rejects.toThrow("killed");
    Object.assign(night.stores.jobs, { move });
    const first = (await night.jobs()).find(({ state }) => state === "archiving");
    const retryAt = new Date(night.clock.now().getTime() + 60 * MINUTE_MS);
    await applyEvent(night.ports, first!, { type: "put-back", failure: { reason: "interrupted" }, retryAt });
    await archiveNext(night.ports);
    const fetched = night.wfm.calls.openResult;
    // The later edition is one that is not whole.
    await night.lake.remove(`${FOLDER}/_SUCCESS`);
    await night.untilFinished();
    expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(["archived", "archived"]);
    expect(runInManifest(night)).not.toBe(first?.runId);
    expect(night.wfm.calls.openResult).toBe(fetched);
  });

  it("keeps what its new owner has staged, when the worker that lost it finds its own upload gone", async () => {
    const night = await waitingResults(1);
    const { commit } = night.lake;
    const isGone: typeof commit = async (staged) => {
      stoodStillMs = LEASE_MS + 1;
      return { ok: false, error: { reason: "upload-vanished", target: night.lake.uri(staged.key) } };
    };
    let stoodStillMs = 0;
    Object.assign(night.lake, { commit: isGone });
    const clock: Ports["clock"] = { ...night.clock, now: () => new Date(night.clock.now().getTime() + stoodStillMs) };
    await archiveNext({ ...night.ports, clock });
    const [job] = await night.jobs();
    expect(await night.stores.artifacts.find(job!.id)).not.toBeNull();
  });

  it("is not called committed by a worker that stood still after its last step, because its new owner may have staged it anew", async () => {
    const night = await waitingResults(1);
    const { put } = night.lake;
    let stoodStillMs = 0;
    const standStill: typeof put = async (key, body, facts) => {
      const done = await put(key, body, facts);
      if (!key.endsWith("_SUCCESS")) return done;
      stoodStillMs = LEASE_MS + 1;
      await night.stores.artifacts.forget((await night.jobs())[0]!.id);
      return done;
    };
    Object.assign(night.lake, { put: standStill });
    const clock: Ports["clock"] = { ...night.clock, now: () => new Date(night.clock.now().getTime() + stoodStillMs) };
    await archiveNext({ ...night.ports, clock });
    expect((await night.jobs())[0]).toMatchObject({ state: "ready", lastFailure: { reason: "interrupted" } });
  });

  it("is judged by what its last publisher has left, not by what was there before", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })], wfm: { mostRows: 1 } });
    const startOver = () => createRun(night.ports, { exportName: "schedules", interval: buildInterval(), trigger: "manual" });
    await startOver();
    await night.untilFinished();
    // A second run has all its parts staged, and is about to take the place of the first.
    const { holds } = night.lake;
    Object.assign(night.lake, { holds: async () => ({ ok: false, error: DOWN }) });
    await startOver();
    const parts = async () => (await night.runs())[0]!.jobs.filter(({ state }) => state === "ready");
    const isStaged = async (jobs: readonly Job[]) => {
      const artifacts = await Promise.all(jobs.map(({ id }) => night.stores.artifacts.find(id)));
      return artifacts.length === 3 && artifacts.every((artifact) => artifact !== null);
    };
    await night.until(async () => await isStaged(await parts()));
    await night.clock.advance(20 * MINUTE_MS);
    Object.assign(night.lake, { holds });
    await night.stores.outages.end({ kind: "destination", name: "lake" });

    const [atSuccess, looking, published] = [defer(), defer(), defer()];
    const { put } = night.lake;
    const putLate: typeof put = async (key, ...rest) => {
      if (key.endsWith("_SUCCESS")) {
        atSuccess.resolve();
        await looking.promise;
      }
      return await put(key, ...rest);
    };
    Object.assign(night.lake, { put: putLate });
    const first = archiveNext(night.ports);
    await atSuccess.promise;
    const { jobs } = night.stores;
    const listByState: typeof jobs.listByState = async (...query) => {
      looking.resolve();
      await published.promise;
      return await jobs.listByState(...query);
    };
    const second = archiveNext({ ...night.ports, stores: { ...night.stores, jobs: { ...jobs, listByState } } });
    await first;
    published.resolve();
    await second;
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    for (const job of (await night.runs())[0]!.jobs.filter(({ state }) => state === "archived")) {
      expect(await night.stores.artifacts.find(job.id)).not.toBeNull();
    }
  });
});
