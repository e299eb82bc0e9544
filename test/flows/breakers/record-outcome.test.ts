import { describe, expect, it } from "vitest";
import type { Failure } from "../../../src/core/base/failure.ts";
import type { Dependency } from "../../../src/core/breakers/circuit-breaker.ts";
import { ARCHIVE_RETRY } from "../../../src/core/breakers/retry-policy.ts";
import { recordAnswer, recordFailure, recordSuccess, retryJobAt } from "../../../src/flows/breakers/record-outcome.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight } from "../../simulated/night.ts";

const HOUR = 3_600_000;
const S3_DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const WFM_DOWN = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" } as const;

const manyExports = (count: number) =>
  Array.from({ length: count }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));

const archivedIds = (night: Night) =>
  night.events.flatMap((event) => (event.event === "job.transitioned" && event.to === "archived" ? [event.id] : []));
const levelsRaised = (night: Night) =>
  night.events.flatMap((event) => (event.event === "alert.raised" && event.body.kind === "deadline-warning" ? [event.body.level] : []));
const allReady = (night: Night, count: number) =>
  night.until(async () => (await night.jobs()).filter(({ state }) => state === "ready").length === count);

describe("an object store that is down for 20 hours with 200 results waiting", () => {
  it("loses none: all are archived before their deadline, in the order of deadlines, and alerts were delivered at 50 and 80 %", async () => {
    const night = await createNight({
      exports: manyExports(200),
      connection: { maxConcurrentJobs: 20 },
      wfm: { runMs: 60_000 },
      intervalMs: 300_000,
    });
    night.lake.down = S3_DOWN;
    await allReady(night, 200);
    const deadlines = new Map((await night.jobs()).map((job) => [job.id, job.state === "ready" ? job.deadline : null]));
    await night.pass(20 * HOUR);
    expect(levelsRaised(night).filter((level) => level === 50)).toHaveLength(200);
    expect(levelsRaised(night).filter((level) => level === 80)).toHaveLength(200);
    night.lake.down = null;
    await night.untilFinished();

    const jobs = await night.jobs();
    expect(jobs.map(({ state }) => state)).toEqual(jobs.map(() => "archived"));
    for (const job of jobs) if (job.state === "archived") expect(job.archivedAt < job.deadline).toBe(true);
    const order = archivedIds(night).map((id) => deadlines.get(id)!.getTime());
    expect(order).toHaveLength(200);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(night.wfm.calls.submit).toBe(200);
    expect([...night.lake.contents.keys()].filter((key) => key.startsWith("_quarantine/"))).toEqual([]);
    expect(night.delivered).toHaveLength(400);
  });
});

describe("a destination that is down", () => {
  it("is probed rarely, by one job for all, however many wait for it", async () => {
    const night = await createNight({ exports: manyExports(30), connection: { maxConcurrentJobs: 30 } });
    night.lake.down = S3_DOWN;
    await allReady(night, 30);
    const before = night.lake.operations.length;
    await night.pass(HOUR);
    expect(night.lake.operations.length - before).toBeLessThan(30);
    expect(night.events.filter(({ event }) => event === "breaker.opened")).toHaveLength(1);
    night.lake.down = null;
    await night.untilFinished();
    expect(night.events.filter(({ event }) => event === "breaker.closed")).toHaveLength(1);
  });

  it("delays no result of another destination", async () => {
    const exports = [buildExport({ name: "down" }), buildExport({ name: "up", destination: "disk", exporter: "agent-info" })];
    const night = await createNight({ exports });
    night.lake.down = S3_DOWN;
    await night.until(async () => (await night.runs()).some(({ run }) => run.exportName === "up" && run.outcome === "archived"));
    expect((await night.jobs()).find(({ exportName }) => exportName === "down")?.state).toBe("ready");
    expect([...night.disk.contents.keys()]).toContain("raw/up/business_date=2026-11-22/_SUCCESS");
  });
});

describe("a WFM that is down", () => {
  it("is probed by one call for all, and every run ends as if nothing had happened", async () => {
    const night = await createNight({ exports: manyExports(30), connection: { maxConcurrentJobs: 4 }, intervalMs: 20_000 });
    await night.until(async () => night.wfm.calls.submit > 0);
    night.wfm.down = WFM_DOWN;
    await night.pass(60_000);
    const before = { submit: night.wfm.calls.submit, entities: night.wfm.calls.listEntities, results: night.wfm.calls.openResult };
    await night.pass(6 * HOUR);
    const probes = { submit: night.wfm.calls.submit - before.submit, results: night.wfm.calls.openResult - before.results };
    expect(probes.submit + probes.results).toBeLessThan(150);
    night.wfm.down = null;
    await night.untilFinished();
    expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(Array.from({ length: 30 }, () => "archived"));
    expect(night.wfm.jobs).toHaveLength(30);
  });

  it("that asks to wait is not called earlier, although it answers other calls", async () => {
    const night = await createNight();
    const failure = { reason: "rate-limited", target: "https://wfm.example", retryAfterMs: 600_000 } as const;
    night.wfm.next("submit", { kind: "fail", failure });
    await night.until(async () => night.wfm.calls.submit === 1);
    const began = night.events.find((event) => event.event === "breaker.opened");
    expect(began!.until.getTime() - night.clock.now().getTime()).toBeGreaterThan(590_000);
    const polls = night.wfm.calls.listJobs;
    await night.until(async () => night.wfm.calls.submit === 2);
    expect(night.clock.now() >= began!.until).toBe(true);
    expect(night.wfm.calls.listJobs).toBeGreaterThan(polls);
  });
});

describe("two dependencies down at once", () => {
  it("lose no result, though one of them is available earlier than the other", async () => {
    const night = await createNight({
      exports: manyExports(10),
      connection: { maxConcurrentJobs: 10 },
      wfm: { runMs: 300_000 },
      intervalMs: 30_000,
    });
    night.lake.down = S3_DOWN;
    await night.until(async () => night.wfm.calls.submit === 10);
    night.wfm.down = WFM_DOWN;
    await night.pass(3 * HOUR);
    night.wfm.down = null;
    await allReady(night, 10);
    await night.pass(9 * HOUR);
    night.lake.down = null;
    await night.untilFinished();
    expect((await night.runs()).every(({ run }) => run.outcome === "archived")).toBe(true);
    expect(night.wfm.calls.submit).toBe(10);
  });
});

const ACME: Dependency = { kind: "connection", name: "acme" };
const LAKE: Dependency = { kind: "destination", name: "lake" };
const DENIED: Failure = { reason: "login-rejected", target: "https://wfm.example", detail: "Unauthorized" };

describe("a failure", () => {
  it.each<[string, Failure, readonly string[]]>([
    ["of WFM opens the breaker of the connection", WFM_DOWN, ["acme"]],
    ["of the store opens the breaker of the destination", S3_DOWN, ["lake"]],
    ["of the result opens no breaker", { reason: "records-differ", counted: 1, announced: 2 }, []],
    ["of a request opens no breaker", { reason: "request-rejected", details: [] }, []],
  ])("%s", async (_which, failure, opened) => {
    const night = await createNight();
    await recordFailure(night.ports, [LAKE, ACME], failure);
    expect((await night.repositories.breakers.list()).map(({ dependency }) => dependency.name)).toEqual(opened);
    expect(night.events.filter(({ event }) => event === "breaker.opened")).toHaveLength(opened.length);
  });

  it("of a dependency that the caller does not use opens no breaker", async () => {
    const night = await createNight();
    await recordFailure(night.ports, [LAKE], WFM_DOWN);
    expect(await night.repositories.breakers.list()).toEqual([]);
  });

  it("that repeats keeps the breaker open for longer, and is reported once", async () => {
    const night = await createNight();
    const waits: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      await recordFailure(night.ports, [ACME], WFM_DOWN);
      const [breaker] = await night.repositories.breakers.list();
      waits.push(breaker!.retryAt.getTime() - night.clock.now().getTime());
    }
    expect(waits).toEqual([3750, 7500, 15_000, 30_000]);
    expect(night.events.map(({ event }) => event)).toEqual(["breaker.opened"]);
  });
});

describe("an answer to a call without a permit", () => {
  it.each<[string, Failure, number, readonly string[]]>([
    ["closes the breaker of a connection that could not be reached", WFM_DOWN, 0, []],
    ["does not close the breaker of a connection that refused the login", DENIED, 0, ["acme"]],
    ["closes it once it is half-open", DENIED, HOUR, []],
  ])("%s", async (_which, failure, waitMs, stillOpen) => {
    const night = await createNight();
    await recordFailure(night.ports, [ACME], failure);
    await night.clock.advance(waitMs);
    await recordAnswer(night.ports, ACME);
    expect((await night.repositories.breakers.list()).map(({ dependency }) => dependency.name)).toEqual(stillOpen);
  });
});

describe("a successful probe", () => {
  it("closes the breakers that it probed, and no others", async () => {
    const night = await createNight();
    await recordFailure(night.ports, [ACME], WFM_DOWN);
    await recordFailure(night.ports, [LAKE], S3_DOWN);
    await recordSuccess(night.ports, { probing: [LAKE] });
    expect((await night.repositories.breakers.list()).map(({ dependency }) => dependency)).toEqual([ACME]);
    await recordSuccess(night.ports, { probing: [LAKE] });
    expect(night.events.filter(({ event }) => event === "breaker.closed")).toHaveLength(1);
  });
});

describe("the next attempt of a job", () => {
  it.each<[string, Failure, number]>([
    ["is at once after a failure that certainly concerns only its dependency", S3_DOWN, 0],
    ["waits after one that may concern the job", { reason: "storage-error", target: "memory://bucket", detail: "busy" }, 3750],
    ["waits after one that concerns the job", { reason: "records-differ", counted: 1, announced: 2 }, 3750],
  ])("%s", async (_which, failure, waitMs) => {
    const night = await createNight();
    const at = retryJobAt(night.ports, { policy: ARCHIVE_RETRY, failedAttempts: 0, failure });
    expect(at.getTime() - night.clock.now().getTime()).toBe(waitMs);
  });
});
