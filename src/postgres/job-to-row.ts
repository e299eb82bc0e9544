import { assertNever } from "../core/assert-never.ts";
import type { Finished, Job, JobFacts, JobState, OnServer, Tries } from "../core/job.ts";
import { Prisma } from "./generated/client.ts";
import { storable, toJson, toNullableJson } from "./json-columns.ts";

export function jobToRow(job: Job) {
  return { ...factsToRow(job), version: job.version, ...stateToRow(job) };
}

/** What a move changes: the state with all its columns, those of the state before emptied, and the version. */
export function moveToRow(after: Job) {
  return { version: after.version, ...stateToRow(after) };
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
    part: job.part,
    splitFromId: job.splitFrom,
    request: toJson(job.request),
    createdAt: job.createdAt,
  };
}

interface StateColumns {
  readonly state: string;
  readonly attempt: number | null;
  readonly notBefore: Date | null;
  readonly lastFailure: Prisma.InputJsonValue | typeof Prisma.DbNull;
  readonly token: string | null;
  readonly intentAt: Date | null;
  readonly leaseUntil: Date | null;
  readonly vendorJobId: string | null;
  readonly isAdopted: boolean;
  readonly submittedAt: Date | null;
  readonly lastSeenAliveAt: Date | null;
  readonly completedAt: Date | null;
  readonly deadline: Date | null;
  readonly announcedRecords: number | null;
  readonly announcedCompressedBytes: number | null;
  readonly announcedUncompressedBytes: number | null;
  readonly report: string | null;
  readonly rescue: Prisma.InputJsonValue | typeof Prisma.DbNull;
  readonly endedAt: Date | null;
  readonly failure: Prisma.InputJsonValue | typeof Prisma.DbNull;
}

const EMPTY: Omit<StateColumns, "state"> = {
  attempt: null,
  notBefore: null,
  lastFailure: Prisma.DbNull,
  token: null,
  intentAt: null,
  leaseUntil: null,
  vendorJobId: null,
  isAdopted: false,
  submittedAt: null,
  lastSeenAliveAt: null,
  completedAt: null,
  deadline: null,
  announcedRecords: null,
  announcedCompressedBytes: null,
  announcedUncompressedBytes: null,
  report: null,
  rescue: Prisma.DbNull,
  endedAt: null,
  failure: Prisma.DbNull,
};

function stateToRow(job: JobState): StateColumns {
  return { ...EMPTY, state: job.state, ...columnsOf(job) };
}

function columnsOf(job: JobState): Partial<StateColumns> {
  switch (job.state) {
    case "pending":
      return triesOf(job);
    case "submitting":
      return { ...triesOf(job), token: job.token, intentAt: job.intentAt };
    case "waiting":
    case "running":
      return serverOf(job);
    case "ready":
      return { ...finishedOf(job), ...triesOf(job) };
    case "archiving":
      return { ...finishedOf(job), ...triesOf(job), token: job.token, leaseUntil: job.leaseUntil };
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

function triesOf({ attempt, notBefore, lastFailure }: Tries) {
  return { attempt, notBefore, lastFailure: toNullableJson(lastFailure) };
}

function serverOf({ vendorJobId, isAdopted, submittedAt, lastSeenAliveAt }: OnServer) {
  return { vendorJobId, isAdopted, submittedAt, lastSeenAliveAt };
}

function finishedOf(job: Finished) {
  return {
    ...serverOf(job),
    completedAt: job.completedAt,
    deadline: job.deadline,
    announcedRecords: job.announced.records,
    announcedCompressedBytes: job.announced.compressedBytes,
    announcedUncompressedBytes: job.announced.uncompressedBytes,
    report: job.report === null ? null : storable(job.report),
    rescue: toNullableJson(job.rescue),
  };
}
