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

/** Everything about a job is known when it is submitted, so that its state is a question of the time alone. */
export interface SimulatedJob {
  readonly jobId: string;
  readonly user: SimulatedUser;
  readonly exporter: string;
  readonly request: SubmitBody;
  readonly plan: ResultPlan;
  /** Milliseconds since 1970, simulated. */
  readonly submittedAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly ending: Ending;
  readonly errorDetails: string | null;
}

type Submission = Pick<SimulatedJob, "user" | "exporter" | "request" | "plan" | "ending" | "errorDetails">;

export interface JobBook {
  /** `waitMs`: how long it is held back besides; it keeps no other job waiting meanwhile. */
  submit(submission: Submission, waitMs?: number): SimulatedJob;
  /** `null` for another user's job, and for one that has left the lists. */
  find(jobId: string, user: SimulatedUser): SimulatedJob | null;
  /** Oldest first. */
  list(user: SimulatedUser): SimulatedJob[];
  all(): SimulatedJob[];
  stateOf(job: SimulatedJob): JobState;
  /** The result of a finished job is gone for good. */
  isExpired(job: SimulatedJob): boolean;
}

const SHORTEST_RUN_MS = 300;
const RUN_SPREAD_MS = 1_200;

export function createJobBook(settings: Settings, now: () => number): JobBook {
  const jobs = new Map<string, SimulatedJob>();
  const places = Array.from({ length: settings.maxRunning }, () => 0);
  let submitted = 0;

  const isForgotten = (job: SimulatedJob) => now() >= job.endsAt + 2 * settings.retentionMs;
  const listAll = () => {
    for (const job of jobs.values()) if (isForgotten(job)) jobs.delete(job.jobId);
    return [...jobs.values()];
  };

  return {
    submit: (submission, waitMs = 0) => {
      const submittedAt = now();
      submitted += 1;
      const place = places.indexOf(Math.min(...places));
      const startsAt = waitMs > 0 ? submittedAt + waitMs : Math.max(submittedAt, places[place] ?? 0);
      const endsAt = startsAt + (settings.runMs ?? runMsOf(settings.shape.seed, submission.exporter, submitted));
      if (waitMs === 0) places[place] = endsAt;
      const job = { ...submission, jobId: randomBytes(16).toString("hex"), submittedAt, startsAt, endsAt };
      jobs.set(job.jobId, job);
      return job;
    },
    find: (jobId, user) => {
      const job = jobs.get(jobId);
      return job && !isForgotten(job) && isSameUser(job.user, user) ? job : null;
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
  return SHORTEST_RUN_MS + (hashText(`${seed}|${exporter}|${sequence}|run`) % (RUN_SPREAD_MS + 1));
}

function isSameUser(one: SimulatedUser, other: SimulatedUser): boolean {
  return one.customerId === other.customerId && one.userName === other.userName;
}
