import { describe, expect, it } from "vitest";
import type { Job, OnServer, Ready, StateName } from "../../../src/core/jobs/job.ts";
import { factsOf, IllegalTransition, type JobEvent, transition } from "../../../src/core/jobs/transition.ts";
import { jobsByState, NOW } from "../../factories/job-samples.ts";

const later = new Date(NOW.getTime() + 60_000);
const failure = { reason: "job-failed", detail: "Internal server error" } as const;
const announced = { records: 3, compressedBytes: 10, uncompressedBytes: 30 };
const jobId = "d71ee75dfee04566848e3062191e9736" as never;

const {
  jobId: serverId,
  claimedByReconciliation,
  submittedAt,
  lastSeenInFlightAt,
  announced: sampleAnnounced,
} = jobsByState().ready as Job & Ready;
const server: OnServer = { jobId: serverId, claimedByReconciliation, submittedAt, lastSeenInFlightAt };

const copy = {
  key: "_quarantine/acme/x.json",
  uri: "s3://lake/_quarantine/acme/x.json",
  bytes: 10,
  sha256: "a".repeat(64),
  mediaType: "application/json",
  encoding: "identity",
  quarantinedAt: NOW,
} as const;

const EVENTS: readonly JobEvent[] = [
  { type: "submit", fencingToken: "t" },
  { type: "accepted", jobId },
  { type: "claimed-by-reconciliation", jobId },
  { type: "not-accepted", failure, retryAt: later },
  { type: "rejected", failure },
  { type: "started" },
  { type: "completed", completedAt: NOW, deadline: later, announced, additionalDetails: null },
  { type: "failed", failure },
  { type: "canceled", failure },
  { type: "vanished", failure, retryAt: later },
  { type: "split", failure },
  { type: "claimed", fencingToken: "t", leaseUntil: later },
  { type: "released", failure, retryAt: later },
  { type: "claim-rejected", failure, retryAt: later },
  { type: "deferred", until: later },
  { type: "quarantined", copy },
  { type: "copy-rejected", failure, retryAt: later },
  { type: "archived" },
  { type: "superseded", failure },
  { type: "lost", failure },
  { type: "abandoned" },
  { type: "resumed" },
];

/** The chart, as a table: what is not here is illegal. */
const CHART: Readonly<Record<StateName, Partial<Record<JobEvent["type"], StateName>>>> = {
  pending: { submit: "submitting", abandoned: "canceled", resumed: "pending" },
  submitting: {
    accepted: "waiting",
    "claimed-by-reconciliation": "waiting",
    "not-accepted": "pending",
    rejected: "failed",
    split: "split",
  },
  waiting: {
    started: "running",
    completed: "ready",
    failed: "failed",
    canceled: "canceled",
    vanished: "pending",
    "claim-rejected": "pending",
    split: "split",
    abandoned: "canceled",
  },
  running: {
    completed: "ready",
    failed: "failed",
    canceled: "canceled",
    vanished: "pending",
    "claim-rejected": "pending",
    split: "split",
    abandoned: "canceled",
  },
  ready: { claimed: "archiving", archived: "archived", lost: "lost", abandoned: "canceled", resumed: "ready" },
  archiving: {
    released: "ready",
    "claim-rejected": "pending",
    deferred: "ready",
    quarantined: "ready",
    "copy-rejected": "ready",
    archived: "archived",
    superseded: "canceled",
  },
  archived: {},
  failed: { resumed: "pending" },
  canceled: { resumed: "pending" },
  split: {},
  lost: { resumed: "pending" },
};

describe("a transition", () => {
  const cases = Object.values(jobsByState()).flatMap((job) => EVENTS.map((event) => ({ job, event, to: CHART[job.state][event.type] })));

  it.each(cases.filter(({ to }) => to !== undefined))("from $job.state to $to follows from $event.type", ({ job, event, to }) => {
    const after = transition(job, event, later);
    expect(after.state).toBe(to);
    expect(factsOf(after)).toEqual({ ...factsOf(job), version: job.version + 1 });
    expect(Object.keys(after).sort(), "exactly the data of its state").toEqual(Object.keys(sample(after.state)).sort());
  });

  it.each(cases.filter(({ to }) => to === undefined))(
    "out of $job.state by $event.type is refused, and both states are named",
    ({ job, event }) => {
      const attempt = () => transition(job, event, later);
      expect(attempt).toThrow(IllegalTransition);
      expect(attempt).toThrow(new RegExp(`from ${job.state} to [a-z]+ \\(${event.type}\\)`));
    },
  );

  it("by an event that does not exist is refused", () => {
    expect(() => transition(sample("pending"), { type: "deleted" } as never, later)).toThrow("unexpected value");
  });

  it.each<[string, StateName, JobEvent, object]>([
    ["stores the intent", "pending", { type: "submit", fencingToken: "t2" }, { fencingToken: "t2", intentAt: later, failedAttempts: 0 }],
    ["ends a rejected submission", "submitting", { type: "rejected", failure }, { failedAt: later, failure, server: null }],
    ["splits a rejected submission", "submitting", { type: "split", failure }, { splitAt: later, failure, server: null }],
    ["keeps what is known about the server's job", "running", { type: "split", failure }, { splitAt: later, server }],
    ["keeps why WFM failed the job", "running", { type: "failed", failure }, { failedAt: later, failure, server }],
    ["keeps why WFM canceled the job", "waiting", { type: "canceled", failure }, { canceledAt: later, failure, server }],
    ["begins to count again", "running", { type: "vanished", failure, retryAt: later }, { failedAttempts: 1, notBefore: later }],
    [
      "counts a release as a failed attempt",
      "archiving",
      { type: "released", failure, retryAt: later },
      { failedAttempts: 1, notBefore: later },
    ],
    ["keeps what was announced", "archiving", { type: "released", failure, retryAt: later }, { announced: sampleAnnounced }],
    ["takes over what is announced now", "archiving", { type: "released", failure, retryAt: later, announced }, { announced }],
    [
      "does not count a deferral",
      "archiving",
      { type: "deferred", until: later },
      { failedAttempts: 0, notBefore: later, lastFailure: null },
    ],
    ["begins to count again", "archiving", { type: "claim-rejected", failure, retryAt: later }, { failedAttempts: 1, notBefore: later }],
    ["forgets why it failed", "failed", { type: "resumed" }, { failedAttempts: 0, notBefore: null, lastFailure: null }],
    ["forgets what was lost", "lost", { type: "resumed" }, { failedAttempts: 0, notBefore: null, lastFailure: null }],
    ["says by what it was superseded", "archiving", { type: "superseded", failure }, { canceledAt: later, failure, server }],
    ["says why the result is lost", "ready", { type: "lost", failure }, { lostAt: later, failure }],
    ["says that an operator canceled it", "pending", { type: "abandoned" }, { failure: { reason: "abandoned" }, server: null }],
    ["says that an operator canceled it on the server", "ready", { type: "abandoned" }, { failure: { reason: "abandoned" }, server }],
  ])("%s: %s", (_what, state, event, data) => {
    expect(transition(sample(state), event, later)).toMatchObject(data);
  });

  it.each(["pending", "ready"] as const)(
    "makes a %s job that waits for its next attempt due at once, and keeps its last failure",
    (state) => {
      const waiting = { ...sample(state), failedAttempts: 3, notBefore: later, lastFailure: failure } as Job;
      expect(transition(waiting, { type: "resumed" }, NOW)).toMatchObject({
        state,
        failedAttempts: 0,
        notBefore: null,
        lastFailure: failure,
      });
    },
  );

  it("remembers that reconciliation claimed the job, until the job is known not to be ours", () => {
    const claimedByReconciliation = transition(sample("submitting"), { type: "claimed-by-reconciliation", jobId }, NOW);
    expect(claimedByReconciliation).toMatchObject({ state: "waiting", claimedByReconciliation: true });
    expect(transition(sample("submitting"), { type: "accepted", jobId }, NOW)).toMatchObject({ claimedByReconciliation: false });
    const ready = transition(
      claimedByReconciliation,
      { type: "completed", completedAt: NOW, deadline: later, announced, additionalDetails: null },
      NOW,
    );
    const archiving = transition(ready, { type: "claimed", fencingToken: "t", leaseUntil: later }, NOW);
    expect(archiving).toMatchObject({ claimedByReconciliation: true });
    const pending = transition(archiving, { type: "claim-rejected", failure, retryAt: later }, NOW);
    expect(pending).toMatchObject({ state: "pending", lastFailure: failure, notBefore: later });
    expect(Object.keys(pending)).not.toContain("jobId");
  });

  it("never rejects a job whose id WFM answered", () => {
    const archiving = { ...sample("archiving"), claimedByReconciliation: false } as Job;
    expect(() => transition(archiving, { type: "claim-rejected", failure, retryAt: later }, NOW)).toThrow(IllegalTransition);
  });

  it("counts failed attempts, and resets the count with a new step", () => {
    const again = transition(sample("submitting"), { type: "not-accepted", failure, retryAt: later }, NOW);
    expect(again).toMatchObject({ failedAttempts: 1, notBefore: later, lastFailure: failure });
    const ready = transition(
      sample("running"),
      { type: "completed", completedAt: NOW, deadline: later, announced, additionalDetails: null },
      NOW,
    );
    expect(ready).toMatchObject({ failedAttempts: 0, notBefore: null, lastFailure: null });
  });

  it("keeps the quarantine copy until the result is archived or the copy is rejected", () => {
    const quarantined = transition(sample("archiving"), { type: "quarantined", copy }, NOW);
    expect(quarantined).toMatchObject({ state: "ready", quarantine: copy, failedAttempts: 0, notBefore: null });
    const claimed = transition(quarantined, { type: "claimed", fencingToken: "t", leaseUntil: later }, NOW);
    expect(transition(claimed, { type: "released", failure, retryAt: later }, NOW)).toMatchObject({ quarantine: copy });
    expect(transition(claimed, { type: "copy-rejected", failure, retryAt: later }, NOW)).toMatchObject({
      quarantine: null,
      failedAttempts: 1,
    });
    expect(transition(claimed, { type: "archived" }, NOW)).toMatchObject({ state: "archived", quarantine: null });
  });

  it("takes the time of the intent as that of the submission, which is never too late", () => {
    const submitting = sample("submitting");
    expect(transition(submitting, { type: "accepted", jobId }, later)).toMatchObject({
      submittedAt: NOW,
      lastSeenInFlightAt: NOW,
    });
  });
});

function sample(state: StateName): Job {
  return jobsByState()[state];
}
