import { describe, expect, it } from "vitest";
import type { Result } from "../../../src/core/base/result.ts";
import type { StorageFailure } from "../../../src/core/base/failure.ts";
import type { Job } from "../../../src/core/jobs/job.ts";
import { applyEvent } from "../../../src/flows/jobs/apply-event.ts";
import { archiveNext } from "../../../src/flows/archive/archive-next.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import type { Ports } from "../../../src/flows/ports/ports.ts";
import { LEASE_MS } from "../../../src/flows/leases/with-lease.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { defer } from "../../fakes/defer.ts";
import { type Night, createNight } from "../../simulated/night.ts";
import { PARTITION, publisher } from "./partition-runs.ts";

const DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const MINUTE_MS = 60_000;

/** As many runs of one business date, and so of one partition. Their results wait to be archived now. */
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
    const isTried = jobs.some((job) => job.state === "ready" && job.failedAttempts > 0);
    return isTried && jobs.length === runs && jobs.every((job) => job.state === "ready");
  });
  await night.clock.advance(20 * MINUTE_MS);
  isDown = false;
  await night.repositories.breakers.close({ kind: "destination", name: "lake" });
  return night;
}

function visibleSteps(night: Night): number {
  return night.lake.operations.filter(({ operation }) => operation === "remove" || operation === "commit" || operation === "put").length;
}

describe("a partition", () => {
  it("is published by one worker at a time, also if two runs have results for it", async () => {
    const night = await waitingResults(2);
    const { remove } = night.lake;
    let releaseResult: () => void = () => undefined;
    const hold = new Promise<void>((resolve) => {
      releaseResult = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      Object.assign(night.lake, {
        remove: async (key: string): Promise<Result<void, StorageFailure>> => {
          resolve();
          await hold;
          return await remove(key);
        },
      });
    });
    const first = archiveNext(night.ports, null);
    await begun;
    expect(await archiveNext(night.ports, null)).toBe(true);
    expect((await night.jobs()).map(({ state }) => state).toSorted()).toEqual(["archiving", "ready"]);
    expect(visibleSteps(night)).toBe(0);
    releaseResult();
    await first;
    const since = night.clock.now().getTime();
    await night.untilFinished();
    expect(night.clock.now().getTime() - since).toBeLessThan(MINUTE_MS);
    expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(["archived", "archived"]);
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);
  });

  it("is not changed by a worker that stood still until its lease had expired", async () => {
    const night = await waitingResults(1);
    const { read } = night.lake;
    let stoodStillMs = 0;
    const standStill: typeof read = async (key) => {
      stoodStillMs = LEASE_MS + 1;
      return await read(key);
    };
    Object.assign(night.lake, { read: standStill });
    const clock: Ports["clock"] = { ...night.clock, now: () => new Date(night.clock.now().getTime() + stoodStillMs) };
    await archiveNext({ ...night.ports, clock }, null);
    expect(visibleSteps(night)).toBe(0);
    expect((await night.jobs())[0]).toMatchObject({ state: "ready", lastFailure: { reason: "interrupted" } });
  });

  it("is complete again after a worker died that had begun to publish it a second time", async () => {
    const night = await waitingResults(1);
    const { transition } = night.repositories.jobs;
    const dieBeforeArchived: typeof transition = async (before, after, event) => {
      if (event === "archived") throw new Error("killed");
      return await transition(before, after, event);
    };
    Object.assign(night.repositories.jobs, { transition: dieBeforeArchived });
    await expect(archiveNext(night.ports, null)).rejects.toThrow("killed");
    Object.assign(night.repositories.jobs, { transition });
    await night.lake.remove(`${PARTITION}/_SUCCESS`);
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("archived");
    expect(night.lake.contents.has(`${PARTITION}/_SUCCESS`)).toBe(true);
    expect(publisher(night)).toBe(found?.run.id);
    expect(night.wfm.calls.openResult).toBe(1 + 1);
  });

  it("stays as a later run has published it, if an earlier run had only to record that it was published", async () => {
    const night = await waitingResults(2);
    const { transition } = night.repositories.jobs;
    const dieBeforeArchived: typeof transition = async (before, after, event) => {
      if (event === "archived") throw new Error("killed");
      return await transition(before, after, event);
    };
    Object.assign(night.repositories.jobs, { transition: dieBeforeArchived });
    await expect(archiveNext(night.ports, null)).rejects.toThrow("killed");
    Object.assign(night.repositories.jobs, { transition });
    const first = (await night.jobs()).find(({ state }) => state === "archiving");
    const retryAt = new Date(night.clock.now().getTime() + 60 * MINUTE_MS);
    await applyEvent(night.ports, first!, { type: "released", failure: { reason: "interrupted" }, retryAt });
    await archiveNext(night.ports, null);
    const fetched = night.wfm.calls.openResult;
    // What was published later is partial.
    await night.lake.remove(`${PARTITION}/_SUCCESS`);
    await night.untilFinished();
    expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(["archived", "archived"]);
    expect(publisher(night)).not.toBe(first?.runId);
    expect(night.wfm.calls.openResult).toBe(fetched);
  });

  it("keeps what its new worker has staged, if the worker that lost the lease finds its own upload gone", async () => {
    const night = await waitingResults(1);
    const { commit } = night.lake;
    const isGone: typeof commit = async (staged) => {
      stoodStillMs = LEASE_MS + 1;
      return { ok: false, error: { reason: "upload-vanished", target: night.lake.uri(staged.key) } };
    };
    let stoodStillMs = 0;
    Object.assign(night.lake, { commit: isGone });
    const clock: Ports["clock"] = { ...night.clock, now: () => new Date(night.clock.now().getTime() + stoodStillMs) };
    await archiveNext({ ...night.ports, clock }, null);
    const [job] = await night.jobs();
    expect(await night.repositories.artifacts.find(job!.id)).not.toBeNull();
  });

  it("is not recorded as committed by a worker that stood still after its last step, because another one may have staged it anew", async () => {
    const night = await waitingResults(1);
    const { put } = night.lake;
    let stoodStillMs = 0;
    const standStill: typeof put = async (key, body, facts) => {
      const done = await put(key, body, facts);
      if (!key.endsWith("_SUCCESS")) return done;
      stoodStillMs = LEASE_MS + 1;
      await night.repositories.artifacts.forget((await night.jobs())[0]!.id);
      return done;
    };
    Object.assign(night.lake, { put: standStill });
    const clock: Ports["clock"] = { ...night.clock, now: () => new Date(night.clock.now().getTime() + stoodStillMs) };
    await archiveNext({ ...night.ports, clock }, null);
    expect((await night.jobs())[0]).toMatchObject({ state: "ready", lastFailure: { reason: "interrupted" } });
  });

  it("is compared with what its last publisher has left, and not with what was there before", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })], wfm: { mostRows: 1 } });
    const startOver = () => createRun(night.ports, { exportName: "schedules", interval: buildInterval(), trigger: "manual" });
    await startOver();
    await night.untilFinished();
    // A second run has staged all its chunks, and is about to replace the first one.
    const { holds } = night.lake;
    Object.assign(night.lake, { holds: async () => ({ ok: false, error: DOWN }) });
    await startOver();
    const chunks = async () => (await night.runs())[0]!.jobs.filter(({ state }) => state === "ready");
    const isStaged = async (jobs: readonly Job[]) => {
      const artifacts = await Promise.all(jobs.map(({ id }) => night.repositories.artifacts.find(id)));
      return artifacts.length === 3 && artifacts.every((artifact) => artifact !== null);
    };
    await night.until(async () => await isStaged(await chunks()));
    await night.clock.advance(20 * MINUTE_MS);
    Object.assign(night.lake, { holds });
    await night.repositories.breakers.close({ kind: "destination", name: "lake" });

    const [atSuccess, loading, published] = [defer(), defer(), defer()];
    const { put } = night.lake;
    const putLate: typeof put = async (key, ...rest) => {
      if (key.endsWith("_SUCCESS")) {
        atSuccess.resolve();
        await loading.promise;
      }
      return await put(key, ...rest);
    };
    Object.assign(night.lake, { put: putLate });
    const first = archiveNext(night.ports, null);
    await atSuccess.promise;
    const { jobs } = night.repositories;
    const loadPartition: typeof jobs.loadPartition = async (...query) => {
      loading.resolve();
      await published.promise;
      return await jobs.loadPartition(...query);
    };
    const second = archiveNext({ ...night.ports, repositories: { ...night.repositories, jobs: { ...jobs, loadPartition } } }, null);
    await first;
    published.resolve();
    await second;
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    for (const job of (await night.runs())[0]!.jobs.filter(({ state }) => state === "archived")) {
      expect(await night.repositories.artifacts.find(job.id)).not.toBeNull();
    }
  });
});
