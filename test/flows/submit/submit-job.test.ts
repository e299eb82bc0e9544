import { describe, expect, it } from "vitest";
import { SECOND_MS } from "../../../src/core/base/clock.ts";
import type { SubmitFailure } from "../../../src/core/ports/smartsync.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { planNextRun } from "../../../src/flows/plan/plan-run.ts";
import { pollNextConnection } from "../../../src/flows/poll/poll-connection.ts";
import { POST_IS_OVER_MS } from "../../../src/flows/submit/reconcile-submissions.ts";
import { probeBySubmitting, submitNextJob } from "../../../src/flows/submit/submit-job.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { type Night, type NightOptions, createNight, eventsNamed } from "../../simulated/night.ts";

const UNREACHABLE = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" } as const;
const ACME = { kind: "connection", name: "acme" } as const;

/** A night with as many pending jobs, each of an exporter of its own. */
async function withPending(count: number, options: NightOptions = {}): Promise<Night> {
  const names = Array.from({ length: count }, (_, index) => `export-${index}`);
  const exports = names.map((name) => buildExport({ name, exporter: `exporter-${name}`, schedule: null }));
  const night = await createNight({ exports, ...options });
  for (const exportName of names) {
    const run = await createRun(night.ports, { exportName, interval: buildInterval(), trigger: "manual" });
    await planNextRun(night.ports, run.id);
    // So that the jobs have an order.
    await night.clock.advance(1);
  }
  return night;
}

async function statesOf(night: Night): Promise<string[]> {
  return (await night.jobs()).map(({ state }) => state).toSorted();
}

describe("a submission", () => {
  it("is stored as an intent before the POST is sent", async () => {
    const night = await withPending(1);
    const states: string[] = [];
    const { submit } = night.wfm.client;
    Object.assign(night.wfm.client, {
      submit: async (...call: Parameters<typeof submit>) => {
        states.push(...(await statesOf(night)));
        return await submit(...call);
      },
    });
    expect(await submitNextJob(night.ports)).toBe(true);
    expect(states).toEqual(["submitting"]);
    expect(await statesOf(night)).toEqual(["waiting"]);
  });

  it("is of the oldest pending job", async () => {
    const night = await withPending(3);
    while (await submitNextJob(night.ports)) continue;
    expect(night.wfm.jobs.map(({ exporter }) => exporter)).toEqual(["exporter-export-0", "exporter-export-1", "exporter-export-2"]);
  });

  it("is not made if no job is pending", async () => {
    const night = await withPending(0);
    expect(await submitNextJob(night.ports)).toBe(false);
    expect(night.events).toEqual([]);
  });

  it("is not made while the connection is at its concurrency limit", async () => {
    const night = await withPending(5, { connection: { maxConcurrentJobs: 2 } });
    expect([await submitNextJob(night.ports), await submitNextJob(night.ports), await submitNextJob(night.ports)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(await statesOf(night)).toEqual(["pending", "pending", "pending", "waiting", "waiting"]);
  });

  it("makes the connection be polled soon: in seconds after the answer, and also if the answer never arrives", async () => {
    const night = await withPending(1);
    night.wfm.next("submit", { kind: "lose-answer" });
    await submitNextJob(night.ports);
    const { nextPollAt } = night.tables.connections.get("acme")!;
    expect(nextPollAt!.getTime() - night.clock.now().getTime()).toBe(10 * SECOND_MS);

    const answered = await withPending(1);
    await submitNextJob(answered.ports);
    expect(answered.tables.connections.get("acme")!.nextPollAt!.getTime() - answered.clock.now().getTime()).toBe(2 * SECOND_MS);
  });

  it("is not sent when its process stood still after the intent, and another one has reconciled the intent meanwhile", async () => {
    const night = await createNight();
    const { claimSubmission } = night.repositories.jobs;
    let stoodStill = false;
    const standStill: typeof claimSubmission = async (claim) => {
      const intent = await claimSubmission(claim);
      if (intent && !stoodStill) {
        stoodStill = true;
        await night.clock.advance(POST_IS_OVER_MS);
        await pollNextConnection(night.ports, intent.connection);
      }
      return intent;
    };
    Object.assign(night.repositories.jobs, { claimSubmission: standStill });
    await night.untilFinished();
    expect(stoodStill).toBe(true);
    expect(night.wfm.calls.submit).toBe(1);
    expect(night.wfm.jobs).toHaveLength(1);
  });

  it("that WFM certainly did not accept is made again later", async () => {
    const night = await createNight();
    for (let call = 0; call < 3; call += 1) night.wfm.next("submit", { kind: "fail", failure: UNREACHABLE });
    await night.untilFinished();
    expect(night.wfm.calls.submit).toBe(4);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("that WFM rejects for good fails the job, with the details of WFM", async () => {
    const night = await createNight();
    const failure = { reason: "request-rejected", details: ["Invalid timeFormat value: '25'"] } as const;
    night.wfm.next("submit", { kind: "fail", failure });
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("failed");
    expect(found?.jobs[0]).toMatchObject({ state: "failed", failure });
    expect(night.wfm.calls.submit).toBe(1);
  });

  it("is repeated rarely after a refused login, because WFM locks accounts", async () => {
    const night = await createNight();
    const failure = { reason: "login-rejected", target: "https://wfm.example", detail: "Unauthorized" } as const;
    for (let call = 0; call < 100; call += 1) night.wfm.next("submit", { kind: "fail", failure });
    await night.until(async () => night.wfm.calls.submit === 1);
    await night.pass(3_600_000);
    expect(night.wfm.calls.submit).toBeLessThanOrEqual(13);
  });

  it("without an answer leaves the job in doubt, with an event that names it", async () => {
    const night = await withPending(1);
    night.wfm.next("submit", { kind: "lose-answer" });
    await submitNextJob(night.ports);
    const [job] = await night.jobs();
    expect(job?.state).toBe("submitting");
    expect(eventsNamed(night, "submission.in-doubt")).toMatchObject([{ id: job!.id, connection: "acme", export: "export-0" }]);
  });

  it("of a connection that the configuration no longer has is postponed, and opens the connection's breaker", async () => {
    const night = await withPending(2);
    const ports = { ...night.ports, findSmartSync: () => null };
    expect(await submitNextJob(ports)).toBe(true);
    expect(await submitNextJob(ports)).toBe(false);
    const failure = { reason: "connection-unknown", connection: "acme" };
    expect((await night.jobs()).map((job) => job.state === "pending" && job.lastFailure)).toContainEqual(failure);
    expect(eventsNamed(night, "breaker.opened")).toMatchObject([{ dependency: "connection acme", failure }]);
    expect(night.wfm.calls.submit).toBe(0);
  });
});

describe("a probe", () => {
  /** Five pending jobs on a connection whose breaker is half-open. */
  async function withHalfOpenBreaker(options: NightOptions = {}): Promise<Night> {
    const night = await withPending(5, options);
    const since = night.clock.now();
    await night.repositories.breakers.put({ dependency: ACME, since, failures: 3, retryAt: since, lastFailure: UNREACHABLE });
    return night;
  }

  it("submits exactly one job, and closes the breaker when WFM answers", async () => {
    const night = await withHalfOpenBreaker();
    expect(await submitNextJob(night.ports)).toBe(false);
    await Promise.all([probeBySubmitting(night.ports), probeBySubmitting(night.ports), probeBySubmitting(night.ports)]);
    expect(night.wfm.calls.submit).toBe(1);
    expect(await night.repositories.breakers.list()).toEqual([]);
    expect(eventsNamed(night, "breaker.closed")).toMatchObject([{ dependency: "connection acme", failures: 3 }]);
    expect(await submitNextJob(night.ports)).toBe(true);
  });

  it("submits exactly one job, and opens the breaker for longer when WFM still cannot be called", async () => {
    const night = await withHalfOpenBreaker();
    night.wfm.down = UNREACHABLE;
    await probeBySubmitting(night.ports);
    await probeBySubmitting(night.ports);
    expect(night.wfm.calls.submit).toBe(1);
    const [breaker] = await night.repositories.breakers.list();
    expect(breaker).toMatchObject({ failures: 4, lastFailure: UNREACHABLE });
    expect(breaker!.retryAt > night.clock.now()).toBe(true);
    expect(await submitNextJob(night.ports)).toBe(false);
  });

  it("closes the breaker, too, when WFM rejects the request itself", async () => {
    const night = await withHalfOpenBreaker();
    night.wfm.next("submit", { kind: "fail", failure: { reason: "request-rejected", details: ["no such exporter"] } });
    await probeBySubmitting(night.ports);
    expect(await night.repositories.breakers.list()).toEqual([]);
  });

  it("is returned if no job could be submitted, so that another process can probe at once", async () => {
    const night = await withHalfOpenBreaker({ connection: { maxConcurrentJobs: 0 } });
    const before = await night.repositories.breakers.list();
    await probeBySubmitting(night.ports);
    expect(night.wfm.calls.submit).toBe(0);
    expect(await night.repositories.breakers.list()).toEqual(before);
  });

  it("is not made for a connection without pending jobs, nor for a destination", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const since = night.clock.now();
    for (const dependency of [ACME, { kind: "destination", name: "lake" } as const]) {
      await night.repositories.breakers.put({ dependency, since, failures: 1, retryAt: since, lastFailure: UNREACHABLE });
    }
    const { claimProbe } = night.repositories.breakers;
    let claims = 0;
    Object.assign(night.repositories.breakers, {
      claimProbe: async (...claim: Parameters<typeof claimProbe>) => {
        claims += 1;
        return await claimProbe(...claim);
      },
    });
    await probeBySubmitting(night.ports);
    expect(claims).toBe(0);
  });
});

describe("jobs of one exporter and format", () => {
  it("wait while a submission of theirs is in doubt", async () => {
    const exports = [buildExport({ name: "first" }), buildExport({ name: "second" })];
    const night = await createNight({ exports });
    night.wfm.next("submit", { kind: "lose-answer" });
    let mostInDoubt = 0;
    await night.until(async () => {
      const jobs = await night.jobs();
      mostInDoubt = Math.max(mostInDoubt, jobs.filter((job) => job.state === "submitting").length);
      const runs = await night.runs();
      return runs.length === 2 && runs.every(({ run }) => run.outcome === "archived");
    });
    expect(mostInDoubt).toBe(1);
    expect(night.wfm.calls.submit).toBe(2);
  });
});

describe("a shutdown", () => {
  it("does not cut a POST off: its answer is stored", async () => {
    const night = await withPending(1);
    const answers: (() => void)[] = [];
    const { submit } = night.wfm.client;
    let hadSignal = true;
    Object.assign(night.wfm.client, {
      submit: async (...[exporter, request, signal]: Parameters<typeof submit>) => {
        hadSignal = signal !== undefined;
        await new Promise<void>((resolve) => void answers.push(resolve));
        return await submit(exporter, request, signal);
      },
    });
    const submitting = submitNextJob(night.ports);
    while (answers.length === 0) await new Promise((resolve) => void setImmediate(resolve));
    answers[0]!();
    await submitting;
    expect(hadSignal).toBe(false);
    expect(await statesOf(night)).toEqual(["waiting"]);
  });
});

/** Checked by the compiler: the two answers that a failed POST can have. */
const ANSWERS: Readonly<Record<SubmitFailure["accepted"], string>> = { no: "pending", unknown: "submitting" };

it.each(Object.entries(ANSWERS))("an answer that says accepted: %s leaves the job %s", async (accepted, state) => {
  const night = await withPending(1);
  const error = { accepted: accepted as SubmitFailure["accepted"], failure: UNREACHABLE };
  Object.assign(night.wfm.client, { submit: async () => ({ ok: false, error }) });
  await submitNextJob(night.ports);
  expect(await statesOf(night)).toEqual([state]);
});
