import { assertNever } from "../base/assert-never.ts";
import type { Failure } from "../base/failure.ts";
import type { JobId } from "../base/ids.ts";
import type { Finished, Job, JobFacts, JobState, OnServer, StateName } from "./job.ts";
import type { QuarantineCopy } from "../ports/stored-object.ts";
import type { Announced } from "../ports/smartsync.ts";

/** What can happen to a job. The chart is in docs/architecture.md, with these names on its edges. */
export type JobEvent =
  | { readonly type: "submit"; readonly fencingToken: string }
  | { readonly type: "accepted"; readonly jobId: JobId }
  | { readonly type: "claimed-by-reconciliation"; readonly jobId: JobId }
  | { readonly type: "not-accepted"; readonly failure: Failure | null; readonly retryAt: Date }
  | { readonly type: "rejected"; readonly failure: Failure }
  | { readonly type: "started" }
  | {
      readonly type: "completed";
      readonly completedAt: Date;
      readonly deadline: Date;
      readonly announced: Announced;
      readonly additionalDetails: string | null;
    }
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "canceled"; readonly failure: Failure }
  | { readonly type: "vanished"; readonly failure: Failure; readonly retryAt: Date }
  | { readonly type: "split"; readonly failure: Failure }
  | { readonly type: "claimed"; readonly fencingToken: string; readonly leaseUntil: Date }
  | {
      readonly type: "released";
      readonly failure: Failure;
      readonly retryAt: Date;
      /** What the server announces now, when that was checked again. */
      readonly announced?: Announced;
    }
  | { readonly type: "claim-rejected"; readonly failure: Failure; readonly retryAt: Date }
  | { readonly type: "deferred"; readonly until: Date }
  | { readonly type: "quarantined"; readonly copy: QuarantineCopy }
  | { readonly type: "copy-rejected"; readonly failure: Failure; readonly retryAt: Date }
  | { readonly type: "archived" }
  | { readonly type: "superseded"; readonly failure: Failure }
  | { readonly type: "lost"; readonly failure: Failure }
  | { readonly type: "abandoned" }
  | { readonly type: "resumed" };

/** One line of the append-only history of a job. */
export interface TransitionRecord {
  readonly from: StateName | null;
  readonly to: StateName;
  readonly event: string;
  readonly at: Date;
}

/** A transition that the chart does not have: a bug in the caller. */
export class IllegalTransition extends Error {
  override readonly name = "IllegalTransition";
  readonly code = "ILLEGAL_TRANSITION";

  constructor(job: Job, event: JobEvent, to: StateName) {
    super(`job ${job.id} cannot go from ${job.state} to ${to} (${event.type})`);
  }
}

/** The only place where the state of a job changes. Throws `IllegalTransition` for every transition that the chart does not have. */
export function transition(job: Job, event: JobEvent, now: Date): Job {
  return { ...factsOf(job), version: job.version + 1, ...nextState(job, event, now) };
}

function nextState(job: Job, event: JobEvent, now: Date): JobState {
  switch (event.type) {
    case "submit":
      if (job.state !== "pending") throw new IllegalTransition(job, event, "submitting");
      return { ...attemptsOf(job), state: "submitting", fencingToken: event.fencingToken, intentAt: now };
    case "accepted":
    case "claimed-by-reconciliation":
    case "not-accepted":
    case "rejected":
      return afterSubmitting(job, event, now);
    case "split":
      return afterSplitting(job, event, now);
    case "started":
    case "completed":
    case "failed":
    case "canceled":
    case "vanished":
      return afterPoll(job, event, now);
    case "claimed":
      if (job.state !== "ready") throw new IllegalTransition(job, event, "archiving");
      return { ...finishedOf(job), ...attemptsOf(job), state: "archiving", fencingToken: event.fencingToken, leaseUntil: event.leaseUntil };
    case "claim-rejected":
      if (!isOnServer(job) || !job.claimedByReconciliation) throw new IllegalTransition(job, event, "pending");
      return { state: "pending", failedAttempts: 1, notBefore: event.retryAt, lastFailure: event.failure };
    case "released":
    case "deferred":
    case "quarantined":
    case "copy-rejected":
      return afterRelease(job, event);
    case "archived":
      if (job.state !== "archiving" && job.state !== "ready") throw new IllegalTransition(job, event, "archived");
      return { ...finishedOf(job), quarantine: null, state: "archived", archivedAt: now };
    case "superseded":
      if (job.state !== "archiving") throw new IllegalTransition(job, event, "canceled");
      return { state: "canceled", canceledAt: now, failure: event.failure, server: serverOf(job) };
    case "lost":
      if (job.state !== "ready") throw new IllegalTransition(job, event, "lost");
      return { ...finishedOf(job), state: "lost", lostAt: now, failure: event.failure };
    case "abandoned":
      return afterAbandoning(job, event, now);
    case "resumed":
      return afterResuming(job, event);
    default:
      return assertNever(event);
  }
}

function isOnServer(job: Job): job is Extract<Job, { readonly state: "waiting" | "running" | "archiving" }> {
  return job.state === "waiting" || job.state === "running" || job.state === "archiving";
}

type EventOf<T extends JobEvent["type"]> = Extract<JobEvent, { readonly type: T }>;

function afterSubmitting(
  job: Job,
  event: EventOf<"accepted" | "claimed-by-reconciliation" | "not-accepted" | "rejected">,
  now: Date,
): JobState {
  const to = ({ accepted: "waiting", "claimed-by-reconciliation": "waiting", "not-accepted": "pending", rejected: "failed" } as const)[
    event.type
  ];
  if (job.state !== "submitting") throw new IllegalTransition(job, event, to);
  if (event.type === "not-accepted") {
    return { state: "pending", failedAttempts: job.failedAttempts + 1, notBefore: event.retryAt, lastFailure: event.failure };
  }
  if (event.type === "rejected") return { state: "failed", failedAt: now, failure: event.failure, server: null };
  const claimedByReconciliation = event.type === "claimed-by-reconciliation";
  return { state: "waiting", jobId: event.jobId, claimedByReconciliation, submittedAt: job.intentAt, lastSeenInFlightAt: job.intentAt };
}

/** A result that is too large, or that contains entities which the login may not view, is requested in other chunks. */
function afterSplitting(job: Job, event: EventOf<"split">, splitAt: Date): JobState {
  const { failure } = event;
  switch (job.state) {
    case "submitting":
      return { state: "split", splitAt, failure, server: null };
    case "waiting":
    case "running":
      return { state: "split", splitAt, failure, server: serverOf(job) };
    default:
      throw new IllegalTransition(job, event, "split");
  }
}

type PollEvent = EventOf<"started" | "completed" | "failed" | "canceled" | "vanished">;

const AFTER_POLL = {
  started: "running",
  completed: "ready",
  failed: "failed",
  canceled: "canceled",
  vanished: "pending",
} as const satisfies Record<PollEvent["type"], StateName>;

function afterPoll(job: Job, event: PollEvent, now: Date): JobState {
  const isLegal = job.state === "waiting" || (job.state === "running" && event.type !== "started");
  if (!isLegal) throw new IllegalTransition(job, event, AFTER_POLL[event.type]);
  const server = serverOf(job);
  if (event.type === "started") return { ...server, state: "running" };
  if (event.type === "completed") {
    const { completedAt, deadline, announced, additionalDetails } = event;
    const finished = { ...server, completedAt, deadline, announced, additionalDetails, quarantine: null };
    return { ...finished, state: "ready", failedAttempts: 0, notBefore: null, lastFailure: null };
  }
  const { failure } = event;
  if (event.type === "vanished") return { state: "pending", failedAttempts: 1, notBefore: event.retryAt, lastFailure: failure };
  if (event.type === "failed") return { state: "failed", failedAt: now, failure, server };
  return { state: "canceled", canceledAt: now, failure, server };
}

/** How a worker ends its claim of a result without having archived it. */
function afterRelease(job: Job, event: EventOf<"released" | "deferred" | "quarantined" | "copy-rejected">): JobState {
  if (job.state !== "archiving") throw new IllegalTransition(job, event, "ready");
  const finished = finishedOf(job);
  if (event.type === "deferred") {
    return { ...finished, state: "ready", failedAttempts: job.failedAttempts, notBefore: event.until, lastFailure: null };
  }
  if (event.type === "quarantined") {
    return { ...finished, quarantine: event.copy, state: "ready", failedAttempts: 0, notBefore: null, lastFailure: null };
  }
  const failed = { failedAttempts: job.failedAttempts + 1, notBefore: event.retryAt, lastFailure: event.failure };
  if (event.type === "copy-rejected") return { ...finished, ...failed, quarantine: null, state: "ready" };
  return { ...finished, ...failed, announced: event.announced ?? job.announced, state: "ready" };
}

function afterAbandoning(job: Job, event: JobEvent, now: Date): JobState {
  switch (job.state) {
    case "pending":
      return { state: "canceled", canceledAt: now, failure: { reason: "abandoned" }, server: null };
    case "waiting":
    case "running":
    case "ready":
      return { state: "canceled", canceledAt: now, failure: { reason: "abandoned" }, server: serverOf(job) };
    default:
      throw new IllegalTransition(job, event, "canceled");
  }
}

/** A job that has ended is submitted again. A job that waits for its next attempt is due at once. */
function afterResuming(job: Job, event: JobEvent): JobState {
  switch (job.state) {
    case "failed":
    case "canceled":
    case "lost":
      return { state: "pending", failedAttempts: 0, notBefore: null, lastFailure: null };
    case "pending":
      return { state: "pending", failedAttempts: 0, notBefore: null, lastFailure: job.lastFailure };
    case "ready":
      return { ...finishedOf(job), state: "ready", failedAttempts: 0, notBefore: null, lastFailure: job.lastFailure };
    default:
      throw new IllegalTransition(job, event, "pending");
  }
}

export function factsOf(job: JobFacts): JobFacts {
  const { id, runId, exportName, connection, exporter, destination, outputFormat } = job;
  const { interval, partition, chunk, splitFrom, request, createdAt, version } = job;
  const facts = { id, runId, exportName, connection, exporter, destination, outputFormat };
  return { ...facts, interval, partition, chunk, splitFrom, request, createdAt, version };
}

function attemptsOf({ failedAttempts, notBefore, lastFailure }: Extract<Job, { readonly failedAttempts: number }>) {
  return { failedAttempts, notBefore, lastFailure };
}

function serverOf({ jobId, claimedByReconciliation, submittedAt, lastSeenInFlightAt }: OnServer): OnServer {
  return { jobId, claimedByReconciliation, submittedAt, lastSeenInFlightAt };
}

function finishedOf(job: Finished): Finished {
  const { completedAt, deadline, announced, additionalDetails, quarantine } = job;
  return { ...serverOf(job), completedAt, deadline, announced, additionalDetails, quarantine };
}
