import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { IN_FLIGHT, type Job, type JobFacts } from "../../src/core/jobs/job.ts";
import { transition } from "../../src/core/jobs/transition.ts";
import type { ClaimScope } from "../../src/core/persistence/job-repository.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildConnection } from "../factories/build-export.ts";
import { buildJobId } from "../factories/build-job.ts";
import { buildInterval } from "../factories/build-run.ts";
import {
  NOW,
  advance,
  after,
  atOnce,
  connectionNamed,
  destinationNamed,
  openBreakers,
  present,
  seedConfiguration,
  seedJob,
  seedRun,
} from "./seed.ts";

/** As many pending jobs of one connection, each with an exporter of its own, so that only the limit can refuse them. */
async function seedPending(repositories: Repositories, count: number, facts: Partial<JobFacts> = {}): Promise<readonly Job[]> {
  const each = Array.from({ length: count }, (_, chunk) => ({ chunk, exporter: `exporter-${chunk}`, ...facts }));
  return (await seedRun(repositories, each)).jobs;
}

export function submissionClaimTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));
  const claim = (now = NOW, scope: ClaimScope = "closed-breakers") =>
    given().jobs.claimSubmission({ scope, now, fencingToken: "t", pollBy: after(30_000, now) });
  const claimedId = async (now = NOW, scope: ClaimScope = "closed-breakers") => (await claim(now, scope))?.id ?? null;
  const inFlight = async (connection = "acme") => (await given().jobs.listByState(connection, IN_FLIGHT)).length;
  const configure = (name: string, maxConcurrentJobs: number) => given().exports.sync([buildConnection({ name, maxConcurrentJobs })], []);

  it("stores the transition to `submitting` with its line of history, and returns the job", async () => {
    const [job] = (await seedPending(given(), 1)) as [Job];
    const claimed = await claim();
    expect(claimed).toEqual(transition(job, { type: "submit", fencingToken: "t" }, NOW));
    expect(await given().jobs.find(job.id)).toEqual(claimed);
    expect((await given().jobs.history(job.id)).at(-1)).toMatchObject({ from: "pending", to: "submitting", event: "submit" });
    expect(await claim()).toBeNull();
  });

  it("keeps the failed attempts of the job that it claims", async () => {
    const submitting = await seedJob(given(), "submitting");
    const failure = { reason: "rate-limited", target: "https://wfm.example.com", retryAfterMs: 1500 } as const;
    const pending = await advance(given(), submitting, { type: "not-accepted", failure, retryAt: after(1500) });
    expect(await claim(after(1499))).toBeNull();
    expect(await claim(after(1500))).toEqual(transition(pending, { type: "submit", fencingToken: "t" }, after(1500)));
  });

  it("claims the oldest job first, over all connections, and the earliest date first within a run", async () => {
    await configure("acme", 100);
    const dates = ["2026-11-22", "2026-11-20", "2026-11-21"];
    const facts = dates.map((date, index) => ({ interval: buildInterval(date), exporter: `exporter-${index}` }));
    const { jobs } = await seedRun(given(), facts);
    const [old] = (await seedPending(given(), 1, { createdAt: after(-5000, jobs[0]!.createdAt), connection: "other" })) as [Job];
    const [young] = (await seedPending(given(), 1, { createdAt: after(5000, jobs[0]!.createdAt), exporter: "another" })) as [Job];
    const inOrder = [old, jobs[1], jobs[2], jobs[0], young].map((job) => job?.id);
    for (const id of inOrder) expect(await claimedId()).toBe(id);
    expect(await claimedId()).toBeNull();
  });

  it("claims as many jobs as the limit allows when 16 processes claim at once", async () => {
    const limits = fc.record({ limit: fc.integer({ min: 1, max: 8 }), inFlight: fc.integer({ min: 0, max: 9 }), pending: fc.nat(20) });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(limits, async ({ limit, inFlight: before, pending }) => {
        round += 1;
        const connection = `limited-${round}`;
        await configure(connection, limit);
        for (let index = 0; index < before; index += 1) {
          await seedJob(given(), (["waiting", "running"] as const)[index % 2]!, { connection });
        }
        await seedPending(given(), pending, { connection });
        const claimed = present(await atOnce(16, () => claimedId()));
        const expected = Math.min(16, pending, Math.max(0, limit - before));
        expect(claimed).toHaveLength(expected);
        expect(new Set(claimed).size).toBe(expected);
        expect(await inFlight(connection)).toBe(before + expected);
        // What is left over must not be claimed in the next round.
        await given().exports.sync([buildConnection({ name: connection, maxConcurrentJobs: 1 })], []);
        await openBreakers(given(), [connectionNamed(connection)]);
      }),
      { numRuns: 12 },
    );
  });

  it("never exceeds a limit of 5 while 16 workers submit and complete 40 jobs", async () => {
    await configure("acme", 5);
    await seedPending(given(), 40);
    let most = 0;
    await atOnce(16, async () => {
      for (let job: Job | null = await claim(); job !== null; job = await claim()) {
        most = Math.max(most, await inFlight());
        const waiting = await advance(given(), job, { type: "accepted", jobId: buildJobId() });
        await advance(given(), waiting, { type: "failed", failure: { reason: "job-failed", detail: "" } });
      }
    });
    expect(most).toBeLessThanOrEqual(5);
    expect(most).toBeGreaterThan(1);
    expect(await given().jobs.listByState("acme", ["failed"])).toHaveLength(40);
  });

  it("counts only jobs that are submitting, waiting or running, each connection by itself", async () => {
    await configure("acme", 4);
    const ended = ["ready", "archiving", "archived", "failed", "canceled", "split", "lost"] as const;
    for (const state of [...ended, "waiting", "running"] as const) await seedJob(given(), state);
    for (let index = 0; index < 4; index += 1) await seedJob(given(), "waiting", { connection: "other", exportName: "agents" });
    await seedPending(given(), 1, { connection: "other", createdAt: new Date(0) });
    await seedPending(given(), 5);
    expect(present(await atOnce(16, () => claim())).map(({ connection }) => connection)).toEqual(["acme", "acme"]);
  });

  it("allows one submission in doubt for each connection, exporter and format", async () => {
    await configure("acme", 100);
    const { jobs } = await seedRun(
      given(),
      Array.from({ length: 8 }, (_, chunk) => ({ chunk })),
    );
    const first = present(await atOnce(16, () => claim()));
    expect(first.map(({ id }) => id)).toEqual([jobs[0]!.id]);
    const { jobs: others } = await seedRun(given(), [{ outputFormat: "PIPE" }, { connection: "other" }, { exporter: "another" }]);
    const claimed = present(await atOnce(16, () => claimedId()));
    expect(claimed.toSorted()).toEqual(others.map(({ id }) => id).toSorted());
    await advance(given(), first[0]!, { type: "accepted", jobId: buildJobId() });
    expect(await claimedId()).toBe(jobs[1]!.id);
  });

  it("claims only jobs whose connection has a closed breaker; a destination is not needed yet", async () => {
    await seedPending(given(), 1);
    const [other] = await seedPending(given(), 1, { connection: "other" });
    await openBreakers(given(), [connectionNamed("acme"), destinationNamed("lake"), destinationNamed("other")]);
    expect(await claimedId()).toBe(other!.id);
    expect(await claimedId()).toBeNull();
  });

  it("claims only jobs of the connections that it probes, and within their limits", async () => {
    await configure("acme", 1);
    const jobs = await seedPending(given(), 2);
    await seedPending(given(), 1, { connection: "other" });
    await openBreakers(given(), [connectionNamed("acme"), destinationNamed("lake")]);
    expect(await claimedId(NOW, { probing: [] })).toBeNull();
    expect(await claimedId(NOW, { probing: [destinationNamed("acme")] })).toBeNull();
    expect(await claimedId(NOW, { probing: [connectionNamed("acme")] })).toBe(jobs[0]!.id);
    expect(await claimedId(NOW, { probing: [connectionNamed("acme")] })).toBeNull();
  });

  it("moves the next poll of the connection forward, and never back", async () => {
    const claimPoll = (now: Date) => given().connections.claimPoll({ connection: "acme", now, until: after(1_000_000) });
    await seedPending(given(), 3);
    await claim();
    expect(await claimPoll(after(29_999))).toBeNull();
    expect(await claimPoll(after(30_000))).not.toBeNull();
    await claim();
    expect(await claimPoll(after(30_000))).not.toBeNull();
    await given().connections.setPollState("acme", { nextPollAt: after(10), failedPolls: 0 });
    await claim();
    expect(await claimPoll(after(9))).toBeNull();
    expect(await claimPoll(after(10))).not.toBeNull();
  });

  it("plans no poll when it claims nothing", async () => {
    await configure("acme", 1);
    await seedJob(given(), "waiting");
    await seedPending(given(), 1);
    expect(await claim()).toBeNull();
    expect(await given().connections.claimPoll({ connection: "acme", now: after(1_000_000), until: after(2_000_000) })).toBeNull();
  });
}
