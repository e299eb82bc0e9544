import { assertNever } from "../core/base/assert-never.ts";
import type { JobRowId, RunId, JobId } from "../core/base/ids.ts";
import {
  type Finished,
  type Job,
  type JobFacts,
  type JobState,
  type OnServer,
  type StateName,
  type Attempts,
  STATE_NAMES,
} from "../core/jobs/job.ts";
import type { Job as JobRow } from "./generated/client.ts";
import { readCopy, readFailure, readRequest } from "./json-columns.ts";
import { readCount, readInterval, readPresent, readWord } from "./read-column.ts";
import type { RowPlace } from "./unreadable-row.ts";

export type { JobRow };

export function rowToJob(row: JobRow): Job {
  return { ...rowToFacts(row), ...rowToState(row) };
}

function rowToFacts(row: JobRow): JobFacts {
  const place = placeOf(row);
  return {
    id: row.id as JobRowId,
    runId: row.runId as RunId,
    exportName: row.exportName,
    connection: row.connectionName,
    exporter: row.exporter,
    destination: row.destination,
    outputFormat: readWord(place, "output_format", { value: row.outputFormat, words: ["JSON", "PIPE", "XML"] }),
    interval: readInterval(place, row),
    partition: readInterval(place, { fromDate: row.partitionFrom, toDate: row.partitionTo }),
    chunk: row.chunk,
    splitFrom: row.splitFromId === null ? null : (row.splitFromId as JobRowId),
    request: readRequest(place, row.request),
    createdAt: row.createdAt,
    version: row.version,
  };
}

export function readState(place: RowPlace, column: string, value: string): StateName {
  return readWord(place, column, { value, words: STATE_NAMES });
}

function rowToState(row: JobRow): JobState {
  const state = readState(placeOf(row), "state", row.state);
  switch (state) {
    case "pending":
      return { state, ...attemptsOf(row) };
    case "submitting":
      return { state, ...attemptsOf(row), fencingToken: tokenOf(row), intentAt: readPresent(placeOf(row), "intent_at", row.intentAt) };
    case "waiting":
    case "running":
      return { state, ...serverOf(row) };
    case "ready":
      return { state, ...finishedOf(row), ...attemptsOf(row) };
    case "archiving":
      return {
        state,
        ...finishedOf(row),
        ...attemptsOf(row),
        fencingToken: tokenOf(row),
        leaseUntil: readPresent(placeOf(row), "lease_until", row.leaseUntil),
      };
    case "archived":
      return { state, ...finishedOf(row), archivedAt: endOf(row) };
    case "failed":
      return { state, failedAt: endOf(row), failure: failureOf(row), server: row.jobId === null ? null : serverOf(row) };
    case "canceled":
      return { state, canceledAt: endOf(row), failure: failureOf(row), server: row.jobId === null ? null : serverOf(row) };
    case "split":
      return { state, splitAt: endOf(row), failure: failureOf(row), server: row.jobId === null ? null : serverOf(row) };
    case "lost":
      return { state, ...finishedOf(row), lostAt: endOf(row), failure: failureOf(row) };
    default:
      return assertNever(state);
  }
}

function placeOf(row: JobRow): RowPlace {
  return { table: "jobs", id: row.id };
}

function attemptsOf(row: JobRow): Attempts {
  const place = placeOf(row);
  return {
    failedAttempts: readPresent(place, "failed_attempts", row.failedAttempts),
    notBefore: row.notBefore,
    lastFailure: row.lastFailure === null ? null : readFailure(place, "last_failure", row.lastFailure),
  };
}

function serverOf(row: JobRow): OnServer {
  const place = placeOf(row);
  return {
    jobId: readPresent(place, "job_id", row.jobId) as JobId,
    claimedByReconciliation: row.claimedByReconciliation,
    submittedAt: readPresent(place, "submitted_at", row.submittedAt),
    lastSeenInFlightAt: readPresent(place, "last_seen_in_flight_at", row.lastSeenInFlightAt),
  };
}

function finishedOf(row: JobRow): Finished {
  const place = placeOf(row);
  return {
    ...serverOf(row),
    completedAt: readPresent(place, "completed_at", row.completedAt),
    deadline: readPresent(place, "deadline", row.deadline),
    announced: {
      records: readCount(place, "announced_records", row.announcedRecords),
      compressedBytes: readCount(place, "announced_compressed_bytes", row.announcedCompressedBytes),
      uncompressedBytes: readCount(place, "announced_uncompressed_bytes", row.announcedUncompressedBytes),
    },
    additionalDetails: row.additionalDetails,
    quarantine: row.quarantine === null ? null : readCopy(place, "quarantine", row.quarantine),
  };
}

function tokenOf(row: JobRow): string {
  return readPresent(placeOf(row), "fencing_token", row.fencingToken);
}

function endOf(row: JobRow): Date {
  return readPresent(placeOf(row), "ended_at", row.endedAt);
}

function failureOf(row: JobRow) {
  return readFailure(placeOf(row), "failure", row.failure);
}
