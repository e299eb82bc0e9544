import { z } from "zod";
import { describeFailure } from "../../core/base/describe-failure.ts";
import type { Failure } from "../../core/base/failure.ts";
import type { Artifact } from "../../core/jobs/artifact.ts";
import { type Job, STATE_NAMES, jobIdOf } from "../../core/jobs/job.ts";
import { RUN_OUTCOMES, type RunWithJobs, TRIGGERS } from "../../core/jobs/run.ts";
import { missingChunks } from "../../core/plan/missing-chunk.ts";
import { failureOf } from "../failure-of.ts";
import { type DocumentOf, count, failureSchema, interval, missing, time } from "./document-of.ts";

/** A run as `runs --json` prints it. */
export const runSchema = z.strictObject({
  id: z.uuid(),
  export: z.string(),
  interval,
  trigger: z.enum(TRIGGERS),
  outcome: z.enum(RUN_OUTCOMES).describe("pending: not finished yet; partial: some jobs are archived and others are not"),
  jobs: count.describe("how many jobs the run has; 0: it is not planned yet"),
  createdAt: time,
  finishedAt: time.nullable(),
});

const ids = z.array(z.number()).optional();
const idsByMember = z.strictObject({ muIds: ids, buIds: ids, ctIds: ids });

const jobSchema = z.strictObject({
  id: z.uuid().describe("Nightferry's id of the job"),
  jobId: z.string().nullable().describe("WFM's id of the job; null: WFM has not accepted it"),
  splitFrom: z.uuid().nullable().describe("the id of the job that this job replaces together with others"),
  interval,
  state: z.enum(STATE_NAMES),
  submittedAt: time.nullable(),
  completedAt: time.nullable().describe("when WFM finished it"),
  deadline: time.nullable().describe("when WFM deletes the result"),
  records: count.nullable().describe("null: nothing is stored"),
  bytes: count.nullable().describe("size of the stored object"),
  failure: failureSchema.nullable().describe("why the job failed, or what it waits for"),
});

/** A run as `show --json` prints it. */
export const runDetailSchema = runSchema.extend({
  selection: idsByMember
    .extend({ timeOff: z.record(z.string(), z.unknown()).optional() })
    .nullable()
    .describe("what the export selected when the run was planned; null: it is not planned yet"),
  selectionChange: z
    .strictObject({ added: idsByMember, removed: idsByMember })
    .nullable()
    .describe("the entities that only this run has, and that only the previous run had; null: they are the same"),
  waitingFor: failureSchema.nullable().describe("why the run cannot be planned yet"),
  missing,
  jobs: z.array(jobSchema),
  artifacts: z.array(z.strictObject({ uri: z.string(), bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/), records: count })),
});

export function runDocument({ run, jobs }: RunWithJobs): DocumentOf<typeof runSchema> {
  return {
    id: run.id,
    export: run.exportName,
    interval: { from: run.interval.from, to: run.interval.to },
    trigger: run.trigger,
    outcome: run.outcome,
    jobs: jobs.length,
    createdAt: run.createdAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}

export function runDetailDocument(found: RunWithJobs, artifacts: readonly Artifact[], now: Date): DocumentOf<typeof runDetailSchema> {
  const { planning, selection, selectionChange } = found.run;
  return {
    ...runDocument(found),
    selection,
    selectionChange,
    waitingFor: selection === null && planning.lastFailure ? failureDocument(planning.lastFailure) : null,
    missing: missingChunks(found.jobs),
    jobs: found.jobs.map((job) => jobDocument(job, artifacts, now)),
    artifacts: artifacts
      .filter(isCommitted)
      .map(({ uri, result }) => ({ uri, bytes: result.bytes, sha256: result.sha256, records: result.records })),
  };
}

function jobDocument(job: Job, artifacts: readonly Artifact[], now: Date): DocumentOf<typeof jobSchema> {
  const stored = artifacts.find((artifact) => artifact.jobRowId === job.id && isCommitted(artifact));
  const server = "server" in job ? job.server : "submittedAt" in job ? job : null;
  const finished = "deadline" in job ? job : null;
  const failure = failureOf(job, now);
  return {
    id: job.id,
    jobId: jobIdOf(job),
    splitFrom: job.splitFrom,
    interval: job.interval,
    state: job.state,
    submittedAt: server?.submittedAt.toISOString() ?? null,
    completedAt: finished?.completedAt.toISOString() ?? null,
    deadline: finished?.deadline.toISOString() ?? null,
    records: stored?.result.records ?? null,
    bytes: stored?.result.bytes ?? null,
    failure: failure && failureDocument(failure),
  };
}

function isCommitted({ committedAt }: Artifact): boolean {
  return committedAt !== null;
}

function failureDocument(failure: Failure): DocumentOf<typeof failureSchema> {
  return { reason: failure.reason, message: describeFailure(failure) };
}
