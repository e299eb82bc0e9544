import { describe, expect, it } from "vitest";
import type { Failure } from "../../src/core/failure.ts";
import { reasonToStopWaiting } from "../../src/core/give-up.ts";
import type { Job } from "../../src/core/job.ts";
import { buildJob, buildVendorJobId } from "../factories/build-job.ts";
import { buildRun } from "../factories/build-run.ts";

const outage: Failure = { reason: "storage-unreachable", target: "s3://lake", detail: "connection refused" };
const missing: Failure = { reason: "bucket-missing", target: "s3://lake" };

const NOW = new Date("2026-11-23T14:00:00.000Z");

function reasonFor(job: Partial<Job>): Failure | null {
  return reasonToStopWaiting({ run: buildRun({ selection: { muIds: [101] } }), jobs: [{ ...buildJob(), ...job } as Job] }, NOW);
}

describe("somebody who waits at a terminal", () => {
  it("waits while a try may still succeed", () => {
    expect(reasonFor({})).toBeNull();
    expect(reasonFor({ attempt: 1, lastFailure: outage })).toBeNull();
  });

  it("is told when the same failure has come back too often", () => {
    expect(reasonFor({ attempt: 4, lastFailure: outage })).toEqual(outage);
  });

  it("is told at once what only an operator can mend", () => {
    expect(reasonFor({ attempt: 1, lastFailure: missing })).toEqual(missing);
  });

  it("is told when WFM comes to no end with a job", () => {
    const server = { state: "running", vendorJobId: buildVendorJobId(), lastSeenAliveAt: NOW } as const;
    expect(reasonFor({ ...server, submittedAt: new Date("2026-11-23T08:00:01.000Z") })).toBeNull();
    expect(reasonFor({ ...server, submittedAt: new Date("2026-11-23T08:00:00.000Z") })).toMatchObject({ reason: "job-overdue", hours: 6 });
  });

  it("is told at once when the run cannot even be planned", () => {
    const failure: Failure = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" };
    const run = buildRun({ planning: { attempt: 1, notBefore: null, lastFailure: failure } });
    expect(reasonToStopWaiting({ run, jobs: [] }, NOW)).toEqual(failure);
  });
});
