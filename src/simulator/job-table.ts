import { randomBytes } from "node:crypto";
import type { ResultPlan, SubmitBody } from "./result-plan.ts";
import { hashText } from "./seeded-random.ts";
import type { Settings, SimulatedUser } from "./simulator-options.ts";

export const ERROR_TEXTS = {
  internal: "Internal server error",
  canceled: "Job was canceled by a user",
  "too-large": "Result set is too large, reduce date range and/or number of entities",
} as const;

type Ending = "completed" | "failed" | "canceled";
export type JobState = "waiting" | "running" | Ending;

/** A job's whole course is fixed when it is submitted, so its state depends only on the current time. */
export interface SimulatedJob {
  readonly jobId: string;
  readonly user: SimulatedUser;
  readonly exporter: string;
  readonly request: SubmitBody;
  readonly plan: ResultPlan;
  /** Simulated milliseconds since 1970. */
  readonly submittedAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly ending: Ending;
  readonly errorDetails: string | null;
}

type Submission = Pick<SimulatedJob, "user" | "exporter" | "request" | "plan" | "ending" | "errorDetails">;

export interface JobTable {
  /** A job with a `delayMs` starts that much later and does not delay other jobs. */
  submit(submission: Submission, delayMs?: number): SimulatedJob;
  /** `null` for a job of another user, and for one that is no longer listed. */
  find(jobId: string, user: SimulatedUser): SimulatedJob | null;
  /** Oldest first. */
  list(user: SimulatedUser): SimulatedJob[];
  all(): SimulatedJob[];
  stateOf(job: SimulatedJob): JobState;
  /** Whether the retention time of the job's result has passed. */
  isExpired(job: SimulatedJob): boolean;
}

const MIN_RUN_MS = 300;
const RUN_SPREAD_MS = 1_200;

export function createJobTable(settings: Settings, now: () => number): JobTable {
  const jobs = new Map<string, SimulatedJob>();
  /** When each of the simulated server's workers becomes free. */
  const freeAt = Array.from({ length: settings.maxRunning }, () => 0);
  let submitted = 0;

  const isUnlisted = (job: SimulatedJob) => now() >= job.endsAt + 2 * settings.retentionMs;
  const listAll = () => {
    for (const job of jobs.values()) if (isUnlisted(job)) jobs.delete(job.jobId);
    return [...jobs.values()];
  };

  return {
    submit: (submission, delayMs = 0) => {
      const submittedAt = now();
      submitted += 1;
      const worker = freeAt.indexOf(Math.min(...freeAt));
      const startsAt = delayMs > 0 ? submittedAt + delayMs : Math.max(submittedAt, freeAt[worker] ?? 0);
      const endsAt = startsAt + (settings.runMs ?? runMsOf(settings.shape.seed, submission.exporter, submitted));
      if (delayMs === 0) freeAt[worker] = endsAt;
      const job = { ...submission, jobId: randomBytes(16).toString("hex"), submittedAt, startsAt, endsAt };
      jobs.set(job.jobId, job);
      return job;
    },
    find: (jobId, user) => {
      const job = jobs.get(jobId);
      return job && !isUnlisted(job) && isSameUser(job.user, user) ? job : null;
    },
    list: (user) => listAll().filter((job) => isSameUser(job.user, user)),
    all: listAll,
    stateOf: (job) => {
      if (now() < job.startsAt) return "waiting";
      return now() < job.endsAt ? "running" : job.ending;
    },
    isExpired: (job) => now() >= job.endsAt + settings.retentionMs,
  };
}

function runMsOf(seed: number, exporter: string, sequence: number): number {
  return MIN_RUN_MS + (hashText(`${seed}|${exporter}|${sequence}|run`) % (RUN_SPREAD_MS + 1));
}

function isSameUser(one: SimulatedUser, other: SimulatedUser): boolean {
  return one.customerId === other.customerId && one.userName === other.userName;
}
