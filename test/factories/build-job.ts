import { randomUUID } from "node:crypto";
import type { JobRowId, RunId, JobId } from "../../src/core/base/ids.ts";
import { deadlineFor } from "../../src/core/jobs/deadline.ts";
import type { JobEvent } from "../../src/core/jobs/transition.ts";
import type { JobFacts, Pending, StateName } from "../../src/core/jobs/job.ts";
import { buildInterval } from "./build-run.ts";

/** A pending job of `schedules` on `acme`, never tried. */
export function buildJob(facts: Partial<JobFacts> = {}): JobFacts & Pending {
  const interval = facts.interval ?? buildInterval();
  return {
    id: randomUUID() as JobRowId,
    runId: randomUUID() as RunId,
    exportName: "schedules",
    connection: "acme",
    exporter: "agent-schedule-detail",
    destination: "lake",
    outputFormat: "JSON",
    interval,
    partition: interval,
    chunk: 0,
    splitFrom: null,
    request: { timeFormat: "24", startDate: interval.from, endDate: interval.to, outputFormat: "JSON", muIds: [101] },
    createdAt: new Date("2026-11-23T07:30:02.000Z"),
    version: 0,
    ...facts,
    state: "pending",
    failedAttempts: 0,
    notBefore: null,
    lastFailure: null,
  };
}

/** 32 characters, like the vendor's. */
export function buildJobId(): JobId {
  return randomUUID().replaceAll("-", "") as JobId;
}

export interface JourneyTimes {
  /** When the intent was written; everything else follows from it. */
  readonly submittedAt?: Date;
  readonly completedAt?: Date;
  readonly deadline?: Date;
  readonly leaseUntil?: Date;
}

/** The events that bring a pending job to a state, each at its usual time. */
export function eventsTo(state: StateName, times: JourneyTimes = {}): readonly { readonly event: JobEvent; readonly at: Date }[] {
  const submittedAt = times.submittedAt ?? new Date("2026-11-23T07:31:00.000Z");
  const completedAt = times.completedAt ?? new Date(submittedAt.getTime() + 10 * 60_000);
  const later = new Date(completedAt.getTime() + 60_000);
  const submit = { event: { type: "submit", fencingToken: "intent-fencingToken" }, at: submittedAt } as const;
  const accepted = { event: { type: "accepted", jobId: buildJobId() }, at: submittedAt } as const;
  const started = { event: { type: "started" }, at: submittedAt } as const;
  const completed = {
    event: {
      type: "completed",
      completedAt,
      deadline: times.deadline ?? deadlineFor(completedAt),
      announced: { records: 3, compressedBytes: 5_000_000_000, uncompressedBytes: null },
      additionalDetails: "MU 101",
    },
    at: completedAt,
  } as const;
  const taken = {
    event: { type: "claimed", fencingToken: "lease-fencingToken", leaseUntil: times.leaseUntil ?? new Date(later.getTime() + 60_000) },
    at: later,
  } as const;
  const failure = { reason: "job-failed", detail: "Internal server error" } as const;
  const toWaiting = [submit, accepted];
  const toReady = [...toWaiting, started, completed];
  const journeys: Readonly<Record<StateName, readonly { readonly event: JobEvent; readonly at: Date }[]>> = {
    pending: [],
    submitting: [submit],
    waiting: toWaiting,
    running: [...toWaiting, started],
    ready: toReady,
    archiving: [...toReady, taken],
    archived: [...toReady, taken, { event: { type: "archived" }, at: later }],
    failed: [...toWaiting, { event: { type: "failed", failure }, at: later }],
    canceled: [...toWaiting, { event: { type: "canceled", failure: { reason: "job-canceled" } }, at: later }],
    split: [
      ...toWaiting,
      { event: { type: "split", failure: { reason: "result-too-large", detail: "Result set is too large" } }, at: later },
    ],
    lost: [...toReady, { event: { type: "lost", failure: { reason: "job-unknown", jobId: accepted.event.jobId } }, at: later }],
  };
  return journeys[state];
}
