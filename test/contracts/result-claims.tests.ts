import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { HOUR_MS } from "../../src/core/base/clock.ts";
import type { Job, JobFacts } from "../../src/core/jobs/job.ts";
import { transition } from "../../src/core/jobs/transition.ts";
import type { ClaimScope } from "../../src/core/persistence/job-repository.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildInterval } from "../factories/build-run.ts";
import { buildArtifact } from "./build-artifact.ts";
import {
  NOW,
  advance,
  after,
  atOnce,
  connectionNamed,
  destinationNamed,
  openBreakers,
  present,
  quarantine,
  seedConfiguration,
  seedJob,
  seedRun,
} from "./seed.ts";

const INTERRUPTED = { reason: "interrupted" } as const;

export function resultClaimTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));
  const claim = ({ id = null, now = NOW, scope = "closed-breakers" }: { id?: string | null; now?: Date; scope?: ClaimScope } = {}) =>
    given().jobs.claimReady({ id, scope, now, fencingToken: "t", leaseUntil: after(60_000, now) });
  const claimedIds = async (claimOptions: Parameters<typeof claim>[0] = {}): Promise<string[]> => {
    const ids: string[] = [];
    for (let next = await claim(claimOptions); next !== null; next = await claim(claimOptions)) ids.push(next.job.id);
    return ids;
  };
  const ready = (deadline: Date, facts: Partial<JobFacts> = {}) => seedJob(given(), "ready", { times: { deadline }, ...facts });
  const quarantined = async (deadline: Date) => quarantine(given(), await seedJob(given(), "archiving", { times: { deadline } }));
  const far = (hours: number) => after(hours * HOUR_MS);
  const ids = (jobs: readonly Job[]) => jobs.map(({ id }) => id);

  it("stores the transition to `archiving` with its line of history, and returns the job and what it has staged", async () => {
    const job = await ready(far(20));
    const claimed = await claim();
    const expected = transition(job, { type: "claimed", fencingToken: "t", leaseUntil: after(60_000) }, NOW);
    expect(claimed).toEqual({ job: expected, artifact: null });
    expect(await given().jobs.find(job.id)).toEqual(expected);
    expect((await given().jobs.history(job.id)).at(-1)).toMatchObject({ from: "ready", to: "archiving", event: "claimed" });
    const artifact = { ...buildArtifact(job.id), committedAt: NOW };
    await given().artifacts.stage(artifact);
    await advance(given(), expected, { type: "released", failure: INTERRUPTED, retryAt: NOW });
    expect((await claim())?.artifact).toEqual(artifact);
    expect(await claim()).toBeNull();
  });

  it("claims the result with the earliest deadline first, among those that may be archived now", async () => {
    const relaxed = await ready(far(30));
    const urgent = await ready(far(20), { connection: "other", exportName: "agents" });
    const released = await advance(given(), await seedJob(given(), "archiving", { times: { deadline: far(15) } }), {
      type: "released",
      failure: INTERRUPTED,
      retryAt: after(500),
    });
    for (const state of ["waiting", "archiving", "archived", "lost", "failed"] as const) await seedJob(given(), state);
    expect(await claimedIds()).toEqual(ids([urgent, relaxed]));
    expect(await claimedIds({ now: after(499) })).toEqual([]);
    expect(await claimedIds({ now: after(500) })).toEqual(ids([released]));
  });

  it("claims results near their deadline that are only on the server before all others", async () => {
    const here = await quarantined(far(1));
    const relaxed = await ready(far(13));
    const nearDeadline = await ready(far(11));
    expect(await claimedIds()).toEqual(ids([nearDeadline, here, relaxed]));
  });

  it("treats a result as near its deadline when half of its retention time has passed", async () => {
    const here = await quarantined(far(1));
    const onServer = await ready(far(13));
    expect(await claimedIds({ now: far(2) })).toEqual(ids([onServer, here]));
  });

  it("claims the result that is named, if it may be archived now", async () => {
    const urgent = await ready(far(1));
    const named = await ready(far(20));
    const waiting = await seedJob(given(), "waiting");
    expect((await claim({ id: named.id }))?.job.id).toBe(named.id);
    for (const id of [named.id, waiting.id, randomUUID(), "not an id at all"]) expect(await claim({ id })).toBeNull();
    expect(await claimedIds()).toEqual(ids([urgent]));
  });

  it("gives each of five results to exactly one of 16 workers", async () => {
    const jobs: Job[] = [];
    for (const hours of [1, 2, 20, 21, 22]) jobs.push(await ready(far(hours)));
    const claimed = present(await atOnce(16, () => claim())).map(({ job }) => job.id);
    expect(claimed.toSorted()).toEqual(ids(jobs).toSorted());
  });

  it.each([
    ["the connection", [connectionNamed("acme")], ["disk", "here"]],
    ["the destination", [destinationNamed("lake")], ["disk", "elsewhere"]],
    ["both", [connectionNamed("acme"), destinationNamed("lake")], ["disk"]],
    ["others of the same names", [connectionNamed("lake"), destinationNamed("acme")], ["onServer", "disk", "here", "elsewhere"]],
  ])("leaves results alone that need a dependency with an open breaker: %s", async (_what, open, claimable) => {
    const jobs = {
      onServer: await ready(far(13)),
      disk: await ready(far(14), { destination: "disk", connection: "other", exportName: "agents" }),
      here: await quarantined(far(15)),
      elsewhere: await ready(far(16), { destination: "disk" }),
    };
    await openBreakers(given(), open);
    expect(await claimedIds()).toEqual(claimable.map((name) => jobs[name as keyof typeof jobs].id));
  });

  it("claims only results that need a dependency which it probes, and no other with an open breaker", async () => {
    const onServer = await ready(far(13));
    const here = await quarantined(far(14));
    const disk = await ready(far(15), { destination: "disk" });
    await ready(far(16), { destination: "disk", connection: "other", exportName: "agents" });
    await openBreakers(given(), [connectionNamed("acme"), destinationNamed("lake")]);
    expect(await claimedIds({ scope: { probing: [] } })).toEqual([]);
    expect(await claimedIds({ scope: { probing: [connectionNamed("acme")] } })).toEqual(ids([disk]));
    expect(await claimedIds({ scope: { probing: [destinationNamed("lake")] } })).toEqual(ids([here]));
    expect(await claimedIds({ scope: { probing: [destinationNamed("lake"), connectionNamed("acme")] } })).toEqual(ids([onServer]));
  });

  it("loads the chunks of a partition in their order with what they have staged, without jobs that were split", async () => {
    const week = { from: buildInterval("2026-11-16").from, to: buildInterval("2026-11-22").to };
    const facts = [2, 0, 1].map((chunk) => ({ interval: buildInterval(`2026-11-1${6 + chunk}`), partition: week, chunk }));
    const { run, jobs } = await seedRun(given(), [...facts, { interval: buildInterval("2026-11-16"), chunk: 0 }]);
    const [third, first, second] = jobs as [Job, Job, Job];
    await given().artifacts.stage(buildArtifact(first.id));
    const loaded = await given().jobs.loadPartition(third);
    expect(loaded).toEqual({
      run: { ...run, selection: { muIds: [101] } },
      chunks: [
        { job: first, artifact: buildArtifact(first.id) },
        { job: second, artifact: null },
        { job: third, artifact: null },
      ],
      isShared: false,
    });
    const split = await seedJob(given(), "split");
    expect((await given().jobs.loadPartition(split)).chunks).toEqual([]);
  });

  it("sees whether a worker has claimed another job of the partition, of this run or another one", async () => {
    const isShared = async (job: Job) => (await given().jobs.loadPartition(job)).isShared;
    const own = await seedJob(given(), "archiving");
    await seedJob(given(), "ready");
    await seedJob(given(), "archived");
    await seedJob(given(), "archiving", { interval: buildInterval("2026-11-23") });
    await seedJob(given(), "archiving", { exportName: "agents", connection: "other" });
    expect(await isShared(own)).toBe(false);
    const other = await seedJob(given(), "archiving");
    expect(await isShared(own)).toBe(true);
    expect(await isShared(other)).toBe(true);
    await advance(given(), other, { type: "deferred", until: NOW });
    expect(await isShared(own)).toBe(false);
  });

  it("never lets two workers believe that they alone have claimed a partition", async () => {
    for (let round = 0; round < 10; round += 1) {
      const on = { interval: buildInterval(`2026-10-${10 + round}`), times: { deadline: far(20) } };
      for (const _ of [1, 2, 3]) await seedJob(given(), "ready", on);
      const alone = await atOnce(3, async () => {
        const claimed = await claim();
        return claimed !== null && !(await given().jobs.loadPartition(claimed.job)).isShared;
      });
      expect(alone.filter(Boolean).length).toBeLessThanOrEqual(1);
    }
  });
}
