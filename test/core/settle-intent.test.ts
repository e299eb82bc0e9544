import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settleIntent, type SettleEvidence } from "../../src/core/settle-intent.ts";
import type { VendorJob } from "../../src/core/smartsync.ts";
import type { SubmittingJob } from "../../src/core/stores.ts";
import { FACTS, NOW } from "./job-samples.ts";

const intent: SubmittingJob = {
  ...FACTS,
  state: "submitting",
  token: "t",
  intentAt: NOW,
  attempt: 0,
  notBefore: null,
  lastFailure: null,
};

function listed(id: string, overrides: Partial<VendorJob> = {}): VendorJob {
  return {
    vendorJobId: id as VendorJob["vendorJobId"],
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

function evidence(overrides: Partial<SettleEvidence> = {}): SettleEvidence {
  return { listed: [], claimed: new Set(), disowned: new Set(), rivals: [], clockOffsetMs: 0, ...overrides };
}

describe("a POST whose answer nobody saw", () => {
  it("is adopted when exactly one unclaimed job can be it", () => {
    expect(settleIntent(intent, evidence({ listed: [listed("a")] }))).toEqual({ verdict: "adopt", job: listed("a") });
  });

  it("is submitted again when none can be it", () => {
    expect(settleIntent(intent, evidence())).toEqual({ verdict: "resubmit", strangers: [] });
  });

  it("is submitted again when two can be it, and both are strangers", () => {
    const both = [listed("a"), listed("b")];
    expect(settleIntent(intent, evidence({ listed: both }))).toEqual({ verdict: "resubmit", strangers: both });
  });

  it("never adopts again what it has disowned, and is not kept by it from adopting another", () => {
    const disowned = new Set(["a"]);
    expect(settleIntent(intent, evidence({ listed: [listed("a")], disowned }))).toEqual({ verdict: "resubmit", strangers: [] });
    const both = [listed("a"), listed("b")];
    expect(settleIntent(intent, evidence({ listed: both, disowned }))).toEqual({ verdict: "adopt", job: listed("b") });
  });

  it("is submitted again when another open intent could claim the job", () => {
    const rivals = [{ exporter: intent.exporter, outputFormat: intent.outputFormat }];
    expect(settleIntent(intent, evidence({ listed: [listed("a")], rivals })).verdict).toBe("resubmit");
  });

  it.each<[string, Partial<VendorJob>]>([
    ["another exporter", { exporterType: "agent-info" }],
    ["another format", { outputFormat: "PIPE" }],
    ["a change before the intent", { lastStatusChange: new Date(NOW.getTime() - 6000) }],
  ])("is not taken for a job of %s", (_what, overrides) => {
    expect(settleIntent(intent, evidence({ listed: [listed("a", overrides)] }))).toEqual({ verdict: "resubmit", strangers: [] });
  });

  it("knows exporters by any of the spellings a server may use", () => {
    for (const exporterType of ["Agent Schedule Detail", "AGENT_SCHEDULE_DETAIL", "agentScheduleDetail", null]) {
      expect(settleIntent(intent, evidence({ listed: [listed("a", { exporterType })] })).verdict).toBe("adopt");
    }
  });

  it("allows for the difference of the clocks", () => {
    const early = listed("a", { lastStatusChange: new Date(NOW.getTime() - 3_600_000) });
    expect(settleIntent(intent, evidence({ listed: [early], clockOffsetMs: -3_600_000 })).verdict).toBe("adopt");
  });

  it("never adopts a claimed job, and never chooses between two", () => {
    const job = fc.record({ id: fc.constantFrom("a", "b", "c", "d"), fits: fc.boolean(), claimed: fc.boolean() });
    fc.assert(
      fc.property(fc.uniqueArray(job, { selector: ({ id }) => id }), fc.boolean(), (jobs, hasRival) => {
        const settlement = settleIntent(
          intent,
          evidence({
            listed: jobs.map(({ id, fits }) => listed(id, fits ? {} : { outputFormat: "XML" })),
            claimed: new Set(jobs.filter(({ claimed }) => claimed).map(({ id }) => id)),
            rivals: hasRival ? [{ exporter: intent.exporter, outputFormat: "JSON" }] : [],
          }),
        );
        const candidates = jobs.filter(({ fits, claimed }) => fits && !claimed);
        expect(settlement.verdict).toBe(candidates.length === 1 && !hasRival ? "adopt" : "resubmit");
        if (settlement.verdict === "adopt") expect(settlement.job.vendorJobId).toBe(candidates[0]?.id);
      }),
    );
  });
});
