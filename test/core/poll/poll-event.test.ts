import { describe, expect, it } from "vitest";
import type { Job, Running, Waiting } from "../../../src/core/jobs/job.ts";
import { eventFor } from "../../../src/core/poll/poll-event.ts";
import type { WfmJob } from "../../../src/core/ports/smartsync.ts";
import { buildWfmStatus } from "../../factories/build-orphan.ts";
import { jobsByState, NOW } from "../../factories/job-samples.ts";

type InFlight = Job & (Waiting | Running);

const OBSERVED_AT = new Date(NOW.getTime() + 600_000);
const { waiting, running } = jobsByState() as { readonly waiting: InFlight; readonly running: InFlight };

function poll(job: InFlight, seen: Partial<WfmJob>, serverTime: Date | null = OBSERVED_AT) {
  return eventFor(job, buildWfmStatus(seen), { observedAt: OBSERVED_AT, serverTime });
}

describe("a poll", () => {
  it.each<[WfmJob["status"], "waiting" | "running", object | null]>([
    ["waiting", "waiting", null],
    ["waiting", "running", null],
    ["unknown", "waiting", null],
    ["unknown", "running", null],
    ["running", "waiting", { type: "started" }],
    ["running", "running", null],
    ["canceled", "waiting", { type: "canceled", failure: { reason: "job-canceled" } }],
    ["canceled", "running", { type: "canceled", failure: { reason: "job-canceled" } }],
  ])("that finds a job %s, which was %s before, means %j", (status, state, event) => {
    expect(poll(state === "waiting" ? waiting : running, { status })).toEqual(event);
  });

  it("that finds a job completed takes over what the server announces", () => {
    const completedAt = new Date(NOW.getTime() + 300_000);
    const announced = { records: 7, compressedBytes: null, uncompressedBytes: 900 };
    const seen = { status: "completed", lastStatusChange: completedAt, announced, additionalDetails: "MU 101" } as const;
    for (const job of [waiting, running]) {
      expect(poll(job, seen)).toEqual({
        type: "completed",
        completedAt,
        deadline: new Date(completedAt.getTime() + 24 * 3_600_000),
        announced,
        additionalDetails: "MU 101",
      });
    }
  });

  it("that finds a job completed assumes the last poll that found it unfinished, if the server's time is not plausible", () => {
    const seen = { status: "completed", lastStatusChange: new Date(OBSERVED_AT.getTime() + 3_600_000) } as const;
    expect(poll(running, seen)).toMatchObject({ completedAt: NOW });
  });

  it("that finds a job completed converts the server's time to our clock", () => {
    const hour = 3_600_000;
    const seen = { status: "completed", lastStatusChange: new Date(NOW.getTime() + hour + 1_000) } as const;
    expect(poll(running, seen, new Date(OBSERVED_AT.getTime() + hour))).toMatchObject({ completedAt: new Date(NOW.getTime() + 1_000) });
  });

  it.each([
    ["Result set is too large", { reason: "result-too-large", detail: "Result set is too large" }],
    ["TOO LARGE: 2 GB", { reason: "result-too-large", detail: "TOO LARGE: 2 GB" }],
    ["Internal server error", { reason: "job-failed", detail: "Internal server error" }],
    [null, { reason: "job-failed", detail: "no reason given" }],
  ])("that finds a job failed with %j knows why", (errorDetails, failure) => {
    for (const job of [waiting, running]) expect(poll(job, { status: "failed", errorDetails })).toEqual({ type: "failed", failure });
  });

  it("is refused if it finds a status that does not exist", () => {
    expect(() => poll(running, { status: "paused" as never })).toThrow("unexpected value");
  });
});
