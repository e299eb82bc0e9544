import { describe, expect, it } from "vitest";
import type { Job, StateName } from "../../src/core/job.ts";
import { IllegalMove, type JobEvent, moveJob } from "../../src/core/job-transitions.ts";
import { jobsByState, NOW } from "./job-samples.ts";

const later = new Date(NOW.getTime() + 60_000);
const failure = { reason: "job-failed", detail: "Internal server error" } as const;
const announced = { records: 3, compressedBytes: 10, uncompressedBytes: 30 };
const vendorJobId = "d71ee75dfee04566848e3062191e9736" as never;

const copy = {
  key: "_rescued/acme/x.json",
  uri: "s3://lake/_rescued/acme/x.json",
  bytes: 10,
  sha256: "a".repeat(64),
  mediaType: "application/json",
  encoding: "identity",
  rescuedAt: NOW,
} as const;

const EVENTS: readonly JobEvent[] = [
  { type: "submit", token: "t" },
  { type: "accepted", vendorJobId },
  { type: "adopted", vendorJobId },
  { type: "not-accepted", failure, retryAt: later },
  { type: "rejected", failure },
  { type: "started" },
  { type: "completed", completedAt: NOW, deadline: later, announced, report: null },
  { type: "failed", failure },
  { type: "canceled", failure },
  { type: "vanished", failure, retryAt: later },
  { type: "split", failure },
  { type: "taken", token: "t", leaseUntil: later },
  { type: "put-back", failure, retryAt: later },
  { type: "disowned", failure, retryAt: later },
  { type: "set-aside", until: later },
  { type: "rescued", copy },
  { type: "copy-rejected", failure, retryAt: later },
  { type: "archived" },
  { type: "outdone", failure },
  { type: "lost", failure },
  { type: "abandoned" },
  { type: "resumed" },
];

/** The chart, as a table: what is not here is illegal. */
const CHART: Readonly<Record<StateName, Partial<Record<JobEvent["type"], StateName>>>> = {
  pending: { submit: "submitting", abandoned: "canceled", resumed: "pending" },
  submitting: { accepted: "waiting", adopted: "waiting", "not-accepted": "pending", rejected: "failed", split: "split" },
  waiting: {
    started: "running",
    completed: "ready",
    failed: "failed",
    canceled: "canceled",
    vanished: "pending",
    disowned: "pending",
    split: "split",
    abandoned: "canceled",
  },
  running: {
    completed: "ready",
    failed: "failed",
    canceled: "canceled",
    vanished: "pending",
    disowned: "pending",
    split: "split",
    abandoned: "canceled",
  },
  ready: { taken: "archiving", archived: "archived", lost: "lost", abandoned: "canceled", resumed: "ready" },
  archiving: {
    "put-back": "ready",
    disowned: "pending",
    "set-aside": "ready",
    rescued: "ready",
    "copy-rejected": "ready",
    archived: "archived",
    outdone: "canceled",
  },
  archived: {},
  failed: { resumed: "pending" },
  canceled: { resumed: "pending" },
  split: {},
  lost: { resumed: "pending" },
};

describe("a job's life", () => {
  const cases = Object.values(jobsByState()).flatMap((job) => EVENTS.map((event) => ({ job, event, to: CHART[job.state][event.type] })));

  it.each(cases.filter(({ to }) => to !== undefined))("goes from $job.state to $to when $event.type", ({ job, event, to }) => {
    const moved = moveJob(job, event, later);
    expect(moved.state).toBe(to);
    expect(moved.version).toBe(job.version + 1);
    expect({ id: moved.id, request: moved.request, interval: moved.interval }).toEqual({
      id: job.id,
      request: job.request,
      interval: job.interval,
    });
  });

  it.each(cases.filter(({ to }) => to === undefined))("refuses $event.type in $job.state, naming both states", ({ job, event }) => {
    const move = () => moveJob(job, event, later);
    expect(move).toThrow(IllegalMove);
    expect(move).toThrow(new RegExp(`from ${job.state} to [a-z]+ \\(${event.type}\\)`));
  });

  it("carries only the data of the state it is in", () => {
    const ready = moveJob(sample("archiving"), { type: "put-back", failure, retryAt: later }, NOW);
    expect(Object.keys(ready)).not.toContain("token");
    expect(Object.keys(ready)).not.toContain("leaseUntil");
    const pending = moveJob(sample("submitting"), { type: "not-accepted", failure, retryAt: later }, NOW);
    expect(Object.keys(pending)).not.toContain("intentAt");
  });

  it("remembers that it was adopted, until it is known not to be ours", () => {
    const adopted = moveJob(sample("submitting"), { type: "adopted", vendorJobId }, NOW);
    expect(adopted).toMatchObject({ state: "waiting", isAdopted: true });
    expect(moveJob(sample("submitting"), { type: "accepted", vendorJobId }, NOW)).toMatchObject({ isAdopted: false });
    const ready = moveJob(adopted, { type: "completed", completedAt: NOW, deadline: later, announced, report: null }, NOW);
    const archiving = moveJob(ready, { type: "taken", token: "t", leaseUntil: later }, NOW);
    expect(archiving).toMatchObject({ isAdopted: true });
    const pending = moveJob(archiving, { type: "disowned", failure, retryAt: later }, NOW);
    expect(pending).toMatchObject({ state: "pending", lastFailure: failure, notBefore: later });
    expect(Object.keys(pending)).not.toContain("vendorJobId");
  });

  it("is not disowned when its id was answered", () => {
    const archiving = { ...sample("archiving"), isAdopted: false } as Job;
    expect(() => moveJob(archiving, { type: "disowned", failure, retryAt: later }, NOW)).toThrow(IllegalMove);
  });

  it("counts tries, and forgets them with a new step", () => {
    const again = moveJob(sample("submitting"), { type: "not-accepted", failure, retryAt: later }, NOW);
    expect(again).toMatchObject({ attempt: 1, notBefore: later, lastFailure: failure });
    const ready = moveJob(sample("running"), { type: "completed", completedAt: NOW, deadline: later, announced, report: null }, NOW);
    expect(ready).toMatchObject({ attempt: 0, notBefore: null, lastFailure: null });
  });

  it("keeps a rescued copy until the result is archived, or the copy is found wrong", () => {
    const rescued = moveJob(sample("archiving"), { type: "rescued", copy }, NOW);
    expect(rescued).toMatchObject({ state: "ready", rescue: copy, attempt: 0, notBefore: null });
    const taken = moveJob(rescued, { type: "taken", token: "t", leaseUntil: later }, NOW);
    expect(moveJob(taken, { type: "put-back", failure, retryAt: later }, NOW)).toMatchObject({ rescue: copy });
    expect(moveJob(taken, { type: "copy-rejected", failure, retryAt: later }, NOW)).toMatchObject({ rescue: null, attempt: 1 });
    expect(moveJob(taken, { type: "archived" }, NOW)).toMatchObject({ state: "archived", rescue: null });
  });

  it("takes the intent's time for the submit, which is never too late", () => {
    const submitting = sample("submitting");
    expect(moveJob(submitting, { type: "accepted", vendorJobId }, later)).toMatchObject({
      submittedAt: NOW,
      lastSeenAliveAt: NOW,
    });
  });
});

function sample(state: StateName): Job {
  return jobsByState()[state];
}
