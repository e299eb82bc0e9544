import { assertNever } from "../core/base/assert-never.ts";
import type { Finished, Job, JobFacts, JobState, OnServer, Attempts } from "../core/jobs/job.ts";
import { Prisma } from "./generated/client.ts";
import { storable, toJson, toNullableJson } from "./json-columns.ts";

export function jobToRow(job: Job) {
  return { ...factsToRow(job), version: job.version, ...stateColumnsOf(job) };
}

function factsToRow(job: JobFacts) {
  return {
    id: job.id,
    runId: job.runId,
    exportName: job.exportName,
    connectionName: job.connection,
    exporter: job.exporter,
    destination: job.destination,
    outputFormat: job.outputFormat,
    fromDate: job.interval.from,
    toDate: job.interval.to,
    partitionFrom: job.partition.from,
    partitionTo: job.partition.to,
    chunk: job.chunk,
    splitFromId: job.splitFrom,
    request: toJson(job.request),
    createdAt: job.createdAt,
  };
}

export interface StateColumns {
  readonly state: string;
  readonly failedAttempts: number | null;
  readonly notBefore: Date | null;
  readonly lastFailure: Prisma.InputJsonValue | typeof Prisma.DbNull;
  readonly fencingToken: string | null;
  readonly intentAt: Date | null;
  readonly leaseUntil: Date | null;
  readonly jobId: string | null;
  readonly claimedByReconciliation: boolean;
  readonly submittedAt: Date | null;
  readonly lastSeenInFlightAt: Date | null;
  readonly completedAt: Date | null;
  readonly deadline: Date | null;
  readonly announcedRecords: number | null;
  readonly announcedCompressedBytes: number | null;
  readonly announcedUncompressedBytes: number | null;
  readonly additionalDetails: string | null;
  readonly quarantine: Prisma.InputJsonValue | typeof Prisma.DbNull;
  readonly endedAt: Date | null;
  readonly failure: Prisma.InputJsonValue | typeof Prisma.DbNull;
}

const EMPTY: Omit<StateColumns, "state"> = {
  failedAttempts: null,
  notBefore: null,
  lastFailure: Prisma.DbNull,
  fencingToken: null,
  intentAt: null,
  leaseUntil: null,
  jobId: null,
  claimedByReconciliation: false,
  submittedAt: null,
  lastSeenInFlightAt: null,
  completedAt: null,
  deadline: null,
  announcedRecords: null,
  announcedCompressedBytes: null,
  announcedUncompressedBytes: null,
  additionalDetails: null,
  quarantine: Prisma.DbNull,
  endedAt: null,
  failure: Prisma.DbNull,
};

/** The state with all its columns; those of other states are empty. */
export function stateColumnsOf(job: JobState): StateColumns {
  return { ...EMPTY, state: job.state, ...columnsOf(job) };
}

function columnsOf(job: JobState): Partial<StateColumns> {
  switch (job.state) {
    case "pending":
      return attemptsOf(job);
    case "submitting":
      return { ...attemptsOf(job), fencingToken: job.fencingToken, intentAt: job.intentAt };
    case "waiting":
    case "running":
      return serverOf(job);
    case "ready":
      return { ...finishedOf(job), ...attemptsOf(job) };
    case "archiving":
      return { ...finishedOf(job), ...attemptsOf(job), fencingToken: job.fencingToken, leaseUntil: job.leaseUntil };
    case "archived":
      return { ...finishedOf(job), endedAt: job.archivedAt };
    case "failed":
      return { ...(job.server ? serverOf(job.server) : {}), endedAt: job.failedAt, failure: toJson(job.failure) };
    case "canceled":
      return { ...(job.server ? serverOf(job.server) : {}), endedAt: job.canceledAt, failure: toJson(job.failure) };
    case "split":
      return { ...(job.server ? serverOf(job.server) : {}), endedAt: job.splitAt, failure: toJson(job.failure) };
    case "lost":
      return { ...finishedOf(job), endedAt: job.lostAt, failure: toJson(job.failure) };
    default:
      return assertNever(job);
  }
}

function attemptsOf({ failedAttempts, notBefore, lastFailure }: Attempts) {
  return { failedAttempts, notBefore, lastFailure: toNullableJson(lastFailure) };
}

function serverOf({ jobId, claimedByReconciliation, submittedAt, lastSeenInFlightAt }: OnServer) {
  return { jobId, claimedByReconciliation, submittedAt, lastSeenInFlightAt };
}

function finishedOf(job: Finished) {
  return {
    ...serverOf(job),
    completedAt: job.completedAt,
    deadline: job.deadline,
    announcedRecords: job.announced.records,
    announcedCompressedBytes: job.announced.compressedBytes,
    announcedUncompressedBytes: job.announced.uncompressedBytes,
    additionalDetails: job.additionalDetails === null ? null : storable(job.additionalDetails),
    quarantine: toNullableJson(job.quarantine),
  };
}
