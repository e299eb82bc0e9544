import { describe, expect, it } from "vitest";
import type { Failure } from "../../../src/core/base/failure.ts";
import { reasonToStopWaiting } from "../../../src/core/jobs/stop-waiting.ts";
import type { Job, StateName } from "../../../src/core/jobs/job.ts";
import { buildJob, buildJobId } from "../../factories/build-job.ts";
import { buildRun } from "../../factories/build-run.ts";
import { jobsByState, NOW as JOBS_NOW } from "../../factories/job-samples.ts";

const unreachable: Failure = { reason: "storage-unreachable", target: "s3://lake", detail: "connection refused" };
const missing: Failure = { reason: "bucket-missing", target: "s3://lake" };

const NOW = new Date("2026-11-23T14:00:00.000Z");

function reasonFor(job: Partial<Job>): Failure | null {
  return reasonToStopWaiting({ run: buildRun({ selection: { muIds: [101] } }), jobs: [{ ...buildJob(), ...job } as Job] }, NOW);
}

describe("a person who waits at a terminal", () => {
  it("waits while an attempt may still succeed", () => {
    expect(reasonFor({})).toBeNull();
    expect(reasonFor({ failedAttempts: 1, lastFailure: unreachable })).toBeNull();
  });

  it("is told after four failed attempts", () => {
    expect(reasonFor({ failedAttempts: 3, lastFailure: unreachable })).toBeNull();
    expect(reasonFor({ failedAttempts: 4, lastFailure: unreachable })).toEqual(unreachable);
  });

  it("is told at once what only an operator can resolve", () => {
    expect(reasonFor({ failedAttempts: 1, lastFailure: missing })).toEqual(missing);
  });

  it("is told when WFM does not finish a job for six hours", () => {
    const server = { state: "running", jobId: buildJobId(), lastSeenInFlightAt: NOW } as const;
    expect(reasonFor({ ...server, submittedAt: new Date("2026-11-23T08:00:01.000Z") })).toBeNull();
    expect(reasonFor({ ...server, submittedAt: new Date("2026-11-23T08:00:00.000Z") })).toMatchObject({ reason: "job-overdue", hours: 6 });
  });

  it("is told at once when the run cannot be planned", () => {
    const failure: Failure = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" };
    const run = buildRun({ planning: { failedAttempts: 1, notBefore: null, lastFailure: failure } });
    expect(reasonToStopWaiting({ run, jobs: [] }, NOW)).toEqual(failure);
  });

  it("waits for a run that is not planned yet, or whose planning failed only at first", () => {
    expect(reasonToStopWaiting({ run: buildRun(), jobs: [] }, NOW)).toBeNull();
    const planning = { failedAttempts: 1, notBefore: null, lastFailure: missing };
    expect(reasonToStopWaiting({ run: buildRun({ selection: {}, planning }), jobs: [buildJob()] }, NOW)).toBeNull();
  });

  it("is told about the first of several jobs that cannot succeed", () => {
    const jobs = [buildJob(), { ...buildJob(), failedAttempts: 1, lastFailure: missing }];
    expect(reasonToStopWaiting({ run: buildRun({ selection: {} }), jobs }, NOW)).toEqual(missing);
  });

  it.each<StateName>(["submitting", "waiting", "running", "archiving", "archived", "failed", "canceled", "split", "lost"])(
    "waits for a job that is %s, because it is being worked on or has ended",
    (state) => {
      const job = { ...jobsByState()[state], failedAttempts: 9, lastFailure: missing } as Job;
      expect(reasonToStopWaiting({ run: buildRun({ selection: {} }), jobs: [job] }, JOBS_NOW)).toBeNull();
    },
  );

  it("is told about a result that cannot be archived", () => {
    const job: Job = { ...(jobsByState().ready as Job & { readonly state: "ready" }), failedAttempts: 1, lastFailure: missing };
    expect(reasonToStopWaiting({ run: buildRun({ selection: {} }), jobs: [job] }, JOBS_NOW)).toEqual(missing);
  });
});
