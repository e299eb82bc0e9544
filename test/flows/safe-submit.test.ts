import { describe, expect, it } from "vitest";
import { POST_IS_OVER_MS } from "../../src/flows/settle-intents.ts";
import { watchConnection } from "../../src/flows/watch-connection.ts";
import { buildExport } from "../factories/build-export.ts";
import { createNight } from "./night.ts";

const UNREACHABLE = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" } as const;

describe("a submit", () => {
  it("stores its intent before the POST leaves", async () => {
    const night = await createNight();
    const states: string[] = [];
    const { submit } = night.wfm.client;
    Object.assign(night.wfm.client, {
      submit: async (...args: Parameters<typeof submit>) => {
        states.push(...(await night.jobs()).map((job) => job.state));
        return await submit(...args);
      },
    });
    await night.untilFinished();
    expect(states).toEqual(["submitting"]);
  });

  it("whose answer was lost is adopted, and not made again", async () => {
    const night = await createNight();
    night.wfm.next("submit", { kind: "lose-answer" });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.calls.submit).toBe(1);
    const [job] = await night.jobs();
    const moves = await night.stores.jobs.history(job!.id);
    expect(moves.map(({ event }) => event)).toContain("adopted");
  });

  it("that never arrived is made again, but only when it can no longer arrive", async () => {
    const night = await createNight();
    const { submit } = night.wfm.client;
    const times: number[] = [];
    Object.assign(night.wfm.client, {
      submit: async (...args: Parameters<typeof submit>) => {
        times.push(night.clock.now().getTime());
        if (times.length === 1) return { ok: false, error: { accepted: "unknown", failure: UNREACHABLE } };
        return await submit(...args);
      },
    });
    await night.untilFinished();
    expect(times).toHaveLength(2);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(POST_IS_OVER_MS);
    expect(night.wfm.jobs).toHaveLength(1);
  });

  it("is not sent any more when its process stood still after the intent, and others have settled that meanwhile", async () => {
    const night = await createNight();
    const { turn } = night.stores.connections;
    let stoodStill = false;
    const standStill: typeof turn = async (connection) => {
      const isIntentStored = (await night.jobs()).some(({ state }) => state === "submitting");
      if (isIntentStored && !stoodStill) {
        stoodStill = true;
        await night.clock.advance(POST_IS_OVER_MS);
        await watchConnection(night.ports, connection);
      }
      return await turn(connection);
    };
    Object.assign(night.stores.connections, { turn: standStill });
    await night.untilFinished();
    expect(stoodStill).toBe(true);
    expect(night.wfm.calls.submit).toBe(1);
    expect(night.wfm.jobs).toHaveLength(1);
  });

  it("is not made again because of a list that was made before it arrived, however late the list came", async () => {
    const night = await createNight();
    const { submit, listJobs } = night.wfm.client;
    let underWay: (() => Promise<unknown>) | null = null;
    Object.assign(night.wfm.client, {
      submit: async (...call: Parameters<typeof submit>) => {
        if (night.wfm.calls.submit > 0) return await submit(...call);
        underWay = () => submit(...call);
        return { ok: false, error: { accepted: "unknown", failure: UNREACHABLE } };
      },
      listJobs: async () => {
        const listing = await listJobs();
        const arrive = underWay;
        underWay = null;
        await arrive?.();
        if (arrive) await night.clock.advance(POST_IS_OVER_MS);
        return listing;
      },
    });
    await night.untilFinished();
    expect(night.wfm.jobs).toHaveLength(1);
    const [job] = await night.jobs();
    expect((await night.stores.jobs.history(job!.id)).map(({ event }) => event)).toContain("adopted");
  });

  it("is made again when two jobs could be it: a stranger's data are worse than a second job", async () => {
    const night = await createNight();
    night.wfm.next("submit", { kind: "lose-answer" });
    await night.until(async () => night.wfm.calls.submit === 1);
    night.wfm.addStranger("agent-schedule-detail", { ...night.wfm.jobs[0]!.request, muIds: [999] });
    await night.untilFinished();
    expect(night.wfm.calls.submit).toBe(2);
    const [job] = await night.jobs();
    expect(job).toMatchObject({ state: "archived", vendorJobId: night.wfm.jobs[2]!.id });
  });

  it("leaves the other open intents of its exporter waiting until it is settled", async () => {
    const exports = [buildExport({ name: "first" }), buildExport({ name: "second" })];
    const night = await createNight({ exports });
    night.wfm.next("submit", { kind: "lose-answer" });
    let mostOpen = 0;
    await night.until(async () => {
      const jobs = await night.jobs();
      mostOpen = Math.max(mostOpen, jobs.filter((job) => job.state === "submitting").length);
      const runs = await night.runs();
      return runs.length === 2 && runs.every(({ run }) => run.outcome === "archived");
    });
    expect(mostOpen).toBe(1);
    expect(night.wfm.calls.submit).toBe(2);
  });

  it("that WFM certainly did not take is tried again later, and later still", async () => {
    const night = await createNight();
    for (let call = 0; call < 3; call += 1) night.wfm.next("submit", { kind: "fail", failure: UNREACHABLE });
    await night.untilFinished();
    expect(night.wfm.calls.submit).toBe(4);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("that WFM refuses is over, with all that WFM had to say", async () => {
    const night = await createNight();
    const failure = { reason: "request-rejected", details: ["Invalid timeFormat value: '25'"] } as const;
    night.wfm.next("submit", { kind: "fail", failure });
    await night.untilFinished();
    const [found] = await night.runs();
    expect(found?.run.outcome).toBe("failed");
    expect(found?.jobs[0]).toMatchObject({ state: "failed", failure });
    expect(night.wfm.calls.submit).toBe(1);
  });

  it("waits long after a refused login, because accounts get locked", async () => {
    const night = await createNight();
    const failure = { reason: "login-rejected", target: "https://wfm.example", detail: "Unauthorized" } as const;
    for (let call = 0; call < 100; call += 1) night.wfm.next("submit", { kind: "fail", failure });
    await night.until(async () => night.wfm.calls.submit === 1);
    await night.pass(3_600_000);
    expect(night.wfm.calls.submit).toBeLessThanOrEqual(13);
  });
});
