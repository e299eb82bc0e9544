import { describe, expect, it } from "vitest";
import { POST_IS_OVER_MS } from "../../../src/flows/submit/reconcile-submissions.ts";
import { createNight, eventsNamed } from "../../simulated/night.ts";

const UNREACHABLE = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" } as const;

describe("an in-doubt submission", () => {
  it("whose job the server has is claimed, and the job is not submitted again", async () => {
    const night = await createNight();
    night.wfm.next("submit", { kind: "lose-answer" });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.calls.submit).toBe(1);
    const [job] = await night.jobs();
    const history = await night.repositories.jobs.history(job!.id);
    expect(history.map(({ event }) => event)).toContain("claimed-by-reconciliation");
    expect(eventsNamed(night, "submission.reconciled")).toEqual([
      { event: "submission.reconciled", id: job!.id, connection: "acme", export: "schedules", outcome: "claim", candidates: 1 },
    ]);
  });

  it("that never arrived is made again, but only when its POST can no longer arrive", async () => {
    const night = await createNight();
    const { submit } = night.wfm.client;
    const times: number[] = [];
    Object.assign(night.wfm.client, {
      submit: async (...call: Parameters<typeof submit>) => {
        times.push(night.clock.now().getTime());
        if (times.length === 1) return { ok: false, error: { accepted: "unknown", failure: UNREACHABLE } };
        return await submit(...call);
      },
    });
    await night.untilFinished();
    expect(times).toHaveLength(2);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(POST_IS_OVER_MS);
    expect(night.wfm.jobs).toHaveLength(1);
    expect(eventsNamed(night, "submission.reconciled")).toMatchObject([{ outcome: "resubmit", candidates: 0 }]);
  });

  it("is not made again because of a list that was requested before its POST arrived, however late the list came", async () => {
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
    expect((await night.repositories.jobs.history(job!.id)).map(({ event }) => event)).toContain("claimed-by-reconciliation");
  });

  it("is made again when two jobs could be it, because wrong data is worse than a second job", async () => {
    const night = await createNight();
    night.wfm.next("submit", { kind: "lose-answer" });
    await night.until(async () => night.wfm.calls.submit === 1);
    night.wfm.addOrphan("agent-schedule-detail", { ...night.wfm.jobs[0]!.request, muIds: [999] });
    await night.untilFinished();
    expect(night.wfm.calls.submit).toBe(2);
    const [job] = await night.jobs();
    expect(job).toMatchObject({ state: "archived", jobId: night.wfm.jobs[2]!.id });
    expect(eventsNamed(night, "submission.reconciled")).toMatchObject([{ outcome: "resubmit", candidates: 2 }]);
  });

  it("wakes the submit role when it is made again, after its wait", async () => {
    const night = await createNight();
    Object.assign(night.wfm.client, {
      submit: async () => ({ ok: false, error: { accepted: "unknown", failure: UNREACHABLE } }),
    });
    await night.until(async () => eventsNamed(night, "submission.reconciled").length === 1);
    const [job] = await night.jobs();
    expect(job).toMatchObject({ state: "pending", failedAttempts: 1, lastFailure: { reason: "submit-unanswered" } });
    expect(night.wakeUps.pending()).toContainEqual({ role: "submit", id: null });
  });
});
