import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { couldBe, type ReconcileEvidence, reconcileSubmission } from "../../../src/core/submit/reconcile-submission.ts";
import type { WfmJob } from "../../../src/core/ports/smartsync.ts";
import type { SubmittingJob } from "../../../src/core/persistence/job-repository.ts";
import { FACTS, NOW } from "../../factories/job-samples.ts";

const intent: SubmittingJob = {
  ...FACTS,
  state: "submitting",
  fencingToken: "t",
  intentAt: NOW,
  failedAttempts: 0,
  notBefore: null,
  lastFailure: null,
};

function listed(id: string, overrides: Partial<WfmJob> = {}): WfmJob {
  return {
    jobId: id as WfmJob["jobId"],
    status: "waiting",
    statusWord: "WAITING",
    exporterType: "agent-schedule-detail",
    outputFormat: "JSON",
    lastStatusChange: new Date(NOW.getTime() + 500),
    errorDetails: null,
    announced: { records: null, compressedBytes: null, uncompressedBytes: null },
    additionalDetails: null,
    ...overrides,
  };
}

function evidence(overrides: Partial<ReconcileEvidence> = {}): ReconcileEvidence {
  return { listed: [], claimed: new Set(), rejected: new Set(), rivals: [], clockOffsetMs: 0, ...overrides };
}

describe("a submission whose answer was never received", () => {
  it("claims the job when exactly one unclaimed job fits", () => {
    expect(reconcileSubmission(intent, evidence({ listed: [listed("a")] }))).toEqual({ outcome: "claim", job: listed("a") });
  });

  it("is repeated when no job fits", () => {
    expect(reconcileSubmission(intent, evidence())).toEqual({ outcome: "resubmit", candidates: [] });
  });

  it("is repeated when two jobs fit, and both are candidates", () => {
    const both = [listed("a"), listed("b")];
    expect(reconcileSubmission(intent, evidence({ listed: both }))).toEqual({ outcome: "resubmit", candidates: both });
  });

  it("never claims again what it has rejected, and may claim another job beside it", () => {
    const rejected = new Set(["a"]);
    expect(reconcileSubmission(intent, evidence({ listed: [listed("a")], rejected }))).toEqual({ outcome: "resubmit", candidates: [] });
    const both = [listed("a"), listed("b")];
    expect(reconcileSubmission(intent, evidence({ listed: both, rejected }))).toEqual({ outcome: "claim", job: listed("b") });
  });

  it("is repeated when another submission in doubt could claim the job", () => {
    const rivals = [{ exporter: intent.exporter, outputFormat: intent.outputFormat }];
    expect(reconcileSubmission(intent, evidence({ listed: [listed("a")], rivals })).outcome).toBe("resubmit");
  });

  it.each<[string, Partial<WfmJob>]>([
    ["another exporter", { exporterType: "agent-info" }],
    ["another format", { outputFormat: "PIPE" }],
    ["a change before the intent", { lastStatusChange: new Date(NOW.getTime() - 6000) }],
  ])("never claims a job of %s", (_what, overrides) => {
    expect(reconcileSubmission(intent, evidence({ listed: [listed("a", overrides)] }))).toEqual({ outcome: "resubmit", candidates: [] });
  });

  it("accepts any spelling of the exporter that a server may use", () => {
    for (const exporterType of ["Agent Schedule Detail", "AGENT_SCHEDULE_DETAIL", "agentScheduleDetail", null]) {
      expect(reconcileSubmission(intent, evidence({ listed: [listed("a", { exporterType })] })).outcome).toBe("claim");
    }
  });

  it("considers the difference of the clocks", () => {
    const early = listed("a", { lastStatusChange: new Date(NOW.getTime() - 3_600_000) });
    expect(reconcileSubmission(intent, evidence({ listed: [early], clockOffsetMs: -3_600_000 })).outcome).toBe("claim");
  });

  it("never claims a job that is claimed already, and never chooses between two", () => {
    const job = fc.record({ id: fc.constantFrom("a", "b", "c", "d"), fits: fc.boolean(), claimed: fc.boolean() });
    fc.assert(
      fc.property(fc.uniqueArray(job, { selector: ({ id }) => id }), fc.boolean(), (jobs, hasRival) => {
        const reconciliation = reconcileSubmission(
          intent,
          evidence({
            listed: jobs.map(({ id, fits }) => listed(id, fits ? {} : { outputFormat: "XML" })),
            claimed: new Set(jobs.filter(({ claimed }) => claimed).map(({ id }) => id)),
            rivals: hasRival ? [{ exporter: intent.exporter, outputFormat: "JSON" }] : [],
          }),
        );
        const candidates = jobs.filter(({ fits, claimed }) => fits && !claimed);
        expect(reconciliation.outcome).toBe(candidates.length === 1 && !hasRival ? "claim" : "resubmit");
        if (reconciliation.outcome === "claim") expect(reconciliation.job.jobId).toBe(candidates[0]?.id);
      }),
    );
  });
});

describe("a listed job", () => {
  const at = (ms: number) => new Date(NOW.getTime() + ms);

  it.each<[string, Partial<WfmJob>, boolean]>([
    ["changed after the intent", { lastStatusChange: at(60_000) }, true],
    ["changed at the intent", { lastStatusChange: at(0) }, true],
    ["changed within five seconds before the intent", { lastStatusChange: at(-5_000) }, true],
    ["changed earlier", { lastStatusChange: at(-5_001) }, false],
    ["has no time", { lastStatusChange: null }, true],
    ["has no exporter", { exporterType: null }, true],
    ["has no format", { outputFormat: null }, true],
    ["has its format in lower case", { outputFormat: "json" }, true],
    ["has an unknown format", { outputFormat: "CSV" }, false],
    ["has another exporter", { exporterType: "agent-schedule-summary" }, false],
  ])("that %s could be the submitted one: %#", (_what, overrides, isPossible) => {
    expect(couldBe(intent, listed("a", overrides), 0)).toBe(isPossible);
  });

  it("is compared by our clock", () => {
    expect(couldBe(intent, listed("a", { lastStatusChange: at(0) }), 5_000)).toBe(true);
    expect(couldBe(intent, listed("a", { lastStatusChange: at(0) }), 5_001)).toBe(false);
  });
});
