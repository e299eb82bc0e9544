import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../../src/core/base/clock.ts";
import type { Failure } from "../../../src/core/base/failure.ts";
import type { ArchivingJob } from "../../../src/core/persistence/job-repository.ts";
import { releaseResult } from "../../../src/flows/archive/release-result.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight, eventsNamed, untilReleased } from "../../simulated/night.ts";

const DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const CUT: Failure = { reason: "body-cut", received: 5, detail: "connection reset" };

async function withArchiving(): Promise<{ readonly night: Night; readonly job: ArchivingJob }> {
  const night = await createNight({ exports: [buildExport({ schedule: null })] });
  const job = await seedJob(night.repositories, "archiving");
  if (job.state !== "archiving") throw new Error("the job is not archiving");
  return { night, job };
}

describe("a released result", () => {
  it("is tried again later, when a wake-up for it is due", async () => {
    const { night, job } = await withArchiving();
    await releaseResult(night.ports, job, { failure: CUT, isOfCopy: false });
    const ready = await night.repositories.jobs.find(job.id);
    expect(ready).toMatchObject({ state: "ready", failedAttempts: 1, lastFailure: CUT });
    expect(night.wakeUps.pending()).toEqual([{ role: "archive", id: job.id }]);
    expect(ready?.state === "ready" && ready.notBefore).toEqual(night.wakeUps.nextDueAt());
    expect(night.wakeUps.nextDueAt()! > night.clock.now()).toBe(true);
  });

  it.each<[string, Failure]>([
    ["the failure certainly concerns only its destination, whose breaker delays it", DOWN],
    ["the process was interrupted", { reason: "interrupted" }],
  ])("is due at once if %s", async (_why, failure) => {
    const { night, job } = await withArchiving();
    await releaseResult(night.ports, job, { failure, isOfCopy: false });
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({ state: "ready", notBefore: night.clock.now() });
  });

  it("takes over what WFM announces now, if the announcement was in doubt", async () => {
    const night = await createNight();
    night.wfm.next("openResult", { kind: "alter-body", text: `[{"date":"2026-11-22","muID":101}]` });
    await night.until(async () => (await night.jobs()).some(({ state }) => state === "running"));
    const id = night.wfm.jobs[0]!.id;
    const announced = { records: 5, compressedBytes: null, uncompressedBytes: null };
    night.wfm.end(id, { status: "completed", announced });
    await untilReleased(night);
    expect((await night.jobs())[0]).toMatchObject({ announced, lastFailure: { reason: "records-differ" } });
    night.wfm.end(id, {});
    await night.untilFinished();
    expect((await night.jobs())[0]).toMatchObject({ state: "archived", announced: { records: 3 } });
  });

  it("drops a quarantine copy that is not what WFM announced", async () => {
    const { night, job } = await withArchiving();
    const facts = { mediaType: "application/json", encoding: "identity" } as const;
    const copy = { key: "_quarantine/acme/1.json", uri: "memory://1", bytes: 2, sha256: "00", ...facts, quarantinedAt: night.clock.now() };
    await night.repositories.jobs.transition(job, { ...job, quarantine: copy, version: job.version + 1 }, "claimed");
    const claimed = (await night.repositories.jobs.find(job.id)) as ArchivingJob;
    await releaseResult(night.ports, claimed, { failure: CUT, isOfCopy: true });
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({ state: "ready", quarantine: null, lastFailure: CUT });
    expect(eventsNamed(night, "job.transitioned")).toMatchObject([{ by: "copy-rejected" }]);
  });

  it("that reconciliation claimed, and that has other rows than were requested, is submitted again", async () => {
    const { night, job } = await withArchiving();
    const claimed = { ...job, claimedByReconciliation: true, version: job.version + 1 };
    await night.repositories.jobs.transition(job, claimed, "claimed");
    const failure: Failure = { reason: "claim-rejected", found: "muID 999" };
    await releaseResult(night.ports, claimed, { failure, isOfCopy: false });
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({ state: "pending", lastFailure: failure });
    expect(night.wakeUps.pending()).toEqual([{ role: "submit", id: null }]);
  });
});

describe("a result that WFM no longer has", () => {
  it("is lost only after its deadline, and an alert says so", async () => {
    const night = await createNight();
    for (let call = 0; call < 1000; call += 1) night.lake.failNext("begin", DOWN);
    await untilReleased(night);
    await night.pass(23 * HOUR_MS);
    expect((await night.jobs())[0]?.state).toBe("ready");
    night.wfm.forget(night.wfm.jobs[0]!.id);
    await night.pass(HOUR_MS / 2);
    expect((await night.jobs())[0]?.state).toBe("ready");
    await night.until(async () => (await night.jobs()).some((job) => job.state === "lost"));
    const lost = (await night.jobs()).find((job) => job.state === "lost");
    expect(lost).toMatchObject({ failure: { reason: "job-unknown" } });
    if (lost?.state === "lost") expect(lost.lostAt >= lost.deadline).toBe(true);
  });

  it("gives its run the outcome lost, and the alert names what was lost and what to do", async () => {
    const night = await createNight({ intervalMs: 30_000 });
    night.lake.down = DOWN;
    await night.until(async () => (await night.jobs()).some(({ state }) => state === "ready"));
    await night.pass(25 * HOUR_MS);
    night.wfm.forget(night.wfm.jobs[0]!.id);
    night.lake.down = null;
    await night.untilFinished();
    await night.pass(60_000);
    expect((await night.runs()).at(-1)?.run.outcome).toBe("lost");
    expect(night.delivered.at(-1)).toMatch(/^schedules 2026-11-22: .*nightferry retry/);
  });
});
