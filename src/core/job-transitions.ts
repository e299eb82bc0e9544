import { assertNever } from "./assert-never.ts";
import type { Failure } from "./failure.ts";
import type { VendorJobId } from "./ids.ts";
import type { Finished, Job, JobFacts, JobState, OnServer, StateName } from "./job.ts";
import type { RescuedCopy } from "./rescue.ts";
import type { Announced } from "./smartsync.ts";

/** What can happen to a job. The chart is in src/README.md, with these names on its edges. */
export type JobEvent =
  | { readonly type: "submit"; readonly token: string }
  | { readonly type: "accepted"; readonly vendorJobId: VendorJobId }
  | { readonly type: "adopted"; readonly vendorJobId: VendorJobId }
  | { readonly type: "not-accepted"; readonly failure: Failure | null; readonly retryAt: Date }
  | { readonly type: "rejected"; readonly failure: Failure }
  | { readonly type: "started" }
  | {
      readonly type: "completed";
      readonly completedAt: Date;
      readonly deadline: Date;
      readonly announced: Announced;
      readonly report: string | null;
    }
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "canceled"; readonly failure: Failure }
  | { readonly type: "vanished"; readonly failure: Failure; readonly retryAt: Date }
  | { readonly type: "split"; readonly failure: Failure }
  | { readonly type: "taken"; readonly token: string; readonly leaseUntil: Date }
  | {
      readonly type: "put-back";
      readonly failure: Failure;
      readonly retryAt: Date;
      /** What the server states now, where that was in doubt. */
      readonly announced?: Announced;
    }
  | { readonly type: "disowned"; readonly failure: Failure; readonly retryAt: Date }
  | { readonly type: "set-aside"; readonly until: Date }
  | { readonly type: "rescued"; readonly copy: RescuedCopy }
  | { readonly type: "copy-rejected"; readonly failure: Failure; readonly retryAt: Date }
  | { readonly type: "archived" }
  | { readonly type: "outdone"; readonly failure: Failure }
  | { readonly type: "lost"; readonly failure: Failure }
  | { readonly type: "abandoned" }
  | { readonly type: "resumed" };

/** A move that the chart does not have: a bug in whoever asked for it. */
export class IllegalMove extends Error {
  override readonly name = "IllegalMove";
  readonly code = "ILLEGAL_MOVE";

  constructor(job: Job, event: JobEvent, to: StateName) {
    super(`job ${job.id} cannot go from ${job.state} to ${to} (${event.type})`);
  }
}

/** The only place where a job's state changes. Throws `IllegalMove` for every move that the chart does not have. */
export function moveJob(job: Job, event: JobEvent, now: Date): Job {
  return { ...factsOf(job), version: job.version + 1, ...nextState(job, event, now) };
}

function nextState(job: Job, event: JobEvent, now: Date): JobState {
  switch (event.type) {
    case "submit":
      if (job.state !== "pending") throw new IllegalMove(job, event, "submitting");
      return { ...triesOf(job), state: "submitting", token: event.token, intentAt: now };
    case "accepted":
    case "adopted":
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
      return afterLook(job, event, now);
    case "taken":
      if (job.state !== "ready") throw new IllegalMove(job, event, "archiving");
      return { ...finishedOf(job), ...triesOf(job), state: "archiving", token: event.token, leaseUntil: event.leaseUntil };
    case "disowned":
      if (!isOnServer(job) || !job.isAdopted) throw new IllegalMove(job, event, "pending");
      return { state: "pending", attempt: 1, notBefore: event.retryAt, lastFailure: event.failure };
    case "put-back":
    case "set-aside":
    case "rescued":
    case "copy-rejected":
      return afterLettingGo(job, event);
    case "archived":
      if (job.state !== "archiving" && job.state !== "ready") throw new IllegalMove(job, event, "archived");
      return { ...finishedOf(job), rescue: null, state: "archived", archivedAt: now };
    case "outdone":
      if (job.state !== "archiving") throw new IllegalMove(job, event, "canceled");
      return { state: "canceled", canceledAt: now, failure: event.failure, server: serverOf(job) };
    case "lost":
      if (job.state !== "ready") throw new IllegalMove(job, event, "lost");
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

function afterSubmitting(job: Job, event: EventOf<"accepted" | "adopted" | "not-accepted" | "rejected">, now: Date): JobState {
  const to = ({ accepted: "waiting", adopted: "waiting", "not-accepted": "pending", rejected: "failed" } as const)[event.type];
  if (job.state !== "submitting") throw new IllegalMove(job, event, to);
  switch (event.type) {
    case "accepted":
    case "adopted": {
      const isAdopted = event.type === "adopted";
      return { state: "waiting", vendorJobId: event.vendorJobId, isAdopted, submittedAt: job.intentAt, lastSeenAliveAt: job.intentAt };
    }
    case "not-accepted":
      return { state: "pending", attempt: job.attempt + 1, notBefore: event.retryAt, lastFailure: event.failure };
    case "rejected":
      return { state: "failed", failedAt: now, failure: event.failure, server: null };
    default:
      return assertNever(event);
  }
}

/** A result that is too large, or a request for entities that may not all be viewed, is asked for in other pieces. */
function afterSplitting(job: Job, event: EventOf<"split">, splitAt: Date): JobState {
  const { failure } = event;
  switch (job.state) {
    case "submitting":
      return { state: "split", splitAt, failure, server: null };
    case "waiting":
    case "running":
      return { state: "split", splitAt, failure, server: serverOf(job) };
    default:
      throw new IllegalMove(job, event, "split");
  }
}

type LookEvent = EventOf<"started" | "completed" | "failed" | "canceled" | "vanished">;

const AFTER_LOOK = {
  started: "running",
  completed: "ready",
  failed: "failed",
  canceled: "canceled",
  vanished: "pending",
} as const satisfies Record<LookEvent["type"], StateName>;

function afterLook(job: Job, event: LookEvent, now: Date): JobState {
  const isLegal = job.state === "waiting" || (job.state === "running" && event.type !== "started");
  if (!isLegal) throw new IllegalMove(job, event, AFTER_LOOK[event.type]);
  const server = serverOf(job);
  switch (event.type) {
    case "started":
      return { ...server, state: "running" };
    case "completed": {
      const { completedAt, deadline, announced, report } = event;
      const finished = { ...server, completedAt, deadline, announced, report, rescue: null };
      return { ...finished, state: "ready", attempt: 0, notBefore: null, lastFailure: null };
    }
    case "failed":
      return { state: "failed", failedAt: now, failure: event.failure, server };
    case "canceled":
      return { state: "canceled", canceledAt: now, failure: event.failure, server };
    case "vanished":
      return { state: "pending", attempt: 1, notBefore: event.retryAt, lastFailure: event.failure };
    default:
      return assertNever(event);
  }
}

/** Every way in which a worker that has a result lets go of it without having archived it. */
function afterLettingGo(job: Job, event: EventOf<"put-back" | "set-aside" | "rescued" | "copy-rejected">): JobState {
  if (job.state !== "archiving") throw new IllegalMove(job, event, "ready");
  const finished = finishedOf(job);
  switch (event.type) {
    case "put-back":
      return {
        ...finished,
        announced: event.announced ?? job.announced,
        state: "ready",
        attempt: job.attempt + 1,
        notBefore: event.retryAt,
        lastFailure: event.failure,
      };
    case "set-aside":
      return { ...finished, state: "ready", attempt: job.attempt, notBefore: event.until, lastFailure: null };
    case "rescued":
      return { ...finished, rescue: event.copy, state: "ready", attempt: 0, notBefore: null, lastFailure: null };
    case "copy-rejected":
      return { ...finished, rescue: null, state: "ready", attempt: job.attempt + 1, notBefore: event.retryAt, lastFailure: event.failure };
    default:
      return assertNever(event);
  }
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
      throw new IllegalMove(job, event, "canceled");
  }
}

/** A job that is over is submitted again; one that waits for its next try need not wait. */
function afterResuming(job: Job, event: JobEvent): JobState {
  switch (job.state) {
    case "failed":
    case "canceled":
    case "lost":
      return { state: "pending", attempt: 0, notBefore: null, lastFailure: null };
    case "pending":
      return { state: "pending", attempt: 0, notBefore: null, lastFailure: job.lastFailure };
    case "ready":
      return { ...finishedOf(job), state: "ready", attempt: 0, notBefore: null, lastFailure: job.lastFailure };
    default:
      throw new IllegalMove(job, event, "pending");
  }
}

export function factsOf(job: JobFacts): JobFacts {
  const { id, runId, exportName, connection, exporter, destination, outputFormat } = job;
  const { interval, partition, part, splitFrom, request, createdAt, version } = job;
  const facts = { id, runId, exportName, connection, exporter, destination, outputFormat };
  return { ...facts, interval, partition, part, splitFrom, request, createdAt, version };
}

function triesOf({ attempt, notBefore, lastFailure }: Extract<Job, { readonly attempt: number }>) {
  return { attempt, notBefore, lastFailure };
}

function serverOf({ vendorJobId, isAdopted, submittedAt, lastSeenAliveAt }: OnServer): OnServer {
  return { vendorJobId, isAdopted, submittedAt, lastSeenAliveAt };
}

function finishedOf(job: Finished): Finished {
  const { completedAt, deadline, announced, report, rescue } = job;
  return { ...serverOf(job), completedAt, deadline, announced, report, rescue };
}
