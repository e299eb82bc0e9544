import type { Entity, EntityKind } from "../exports/entity.ts";
import type { ExportRequest } from "../exports/export-request.ts";
import type { Failure, SmartSyncFailure } from "../base/failure.ts";
import type { JobId } from "../base/ids.ts";
import type { Result } from "../base/result.ts";

/** The status of a job on the server. A status word that we do not know is `unknown`, which never ends a job. */
export type WfmStatus = "waiting" | "running" | "completed" | "failed" | "canceled" | "unknown";

/** One job as the server describes it. What the server omits is `null`. */
export interface WfmJob {
  readonly jobId: JobId;
  readonly status: WfmStatus;
  /** The status word as sent. */
  readonly statusWord: string;
  readonly exporterType: string | null;
  readonly outputFormat: string | null;
  readonly lastStatusChange: Date | null;
  readonly errorDetails: string | null;
  readonly announced: Announced;
  readonly additionalDetails: string | null;
}

/** The totals that the server announces for a finished job; `null`: it does not announce this one. */
export interface Announced {
  readonly records: number | null;
  readonly compressedBytes: number | null;
  readonly uncompressedBytes: number | null;
}

export interface JobListing {
  readonly jobs: readonly WfmJob[];
  /** The server's own time when it answered, from its Date header. */
  readonly serverTime: Date | null;
}

/** A result as it arrives. Its body can be read once. A caller that stops early calls `discard`. */
export interface ResultStream {
  readonly mediaType: string;
  readonly encoding: "gzip" | "identity";
  /** Content-Length: how many bytes will arrive. */
  readonly announcedBytes: number | null;
  /** The bytes as sent. Throws a `TransferError` when the transfer is interrupted or stalls. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** Records of a result, counted from 1. */
export interface Page {
  readonly startRecord: number;
  readonly numRecords: number;
}

/** Thrown by a result's body, because an iterator cannot return a failure. */
export class TransferError extends Error {
  override readonly name = "TransferError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** `accepted: "no"`: the call certainly created no job. `"unknown"`: it may have, and only the list of jobs can show it. */
export interface SubmitFailure {
  readonly accepted: "no" | "unknown";
  readonly failure: SmartSyncFailure;
}

/**
 * WFM, as one connection sees it. It logs in by itself: one login however many callers wait for it, and one repetition of the call after a
 * 401. It retries nothing else; that is up to the caller.
 */
export interface SmartSync {
  /** Logs in again, even if there is a session. */
  login(): Promise<Result<void, SmartSyncFailure>>;
  /** The active entities of these kinds that the login may view. A kind that the server does not know is omitted. */
  listEntities(kinds: readonly EntityKind[], signal?: AbortSignal): Promise<Result<readonly Entity[], SmartSyncFailure>>;
  submit(exporter: string, request: ExportRequest, signal?: AbortSignal): Promise<Result<JobId, SubmitFailure>>;
  findJob(id: JobId, signal?: AbortSignal): Promise<Result<WfmJob, SmartSyncFailure>>;
  /** Every job of this login, in one call. */
  listJobs(signal?: AbortSignal): Promise<Result<JobListing, SmartSyncFailure>>;
  /** Only an HTTP 200 is a result: a 206 comes back as `result-not-ready`, `job-failed` or `job-canceled`. */
  openResult(id: JobId, signal?: AbortSignal): Promise<Result<ResultStream, SmartSyncFailure>>;
  /**
   * Opens these records of a finished job's result, as a document of their own. `null`: the server cannot page, or cannot page this result.
   * No more pages are requested from a server that sent other records than the requested ones.
   */
  openPage(id: JobId, page: Page, signal?: AbortSignal): Promise<Result<ResultStream | null, SmartSyncFailure>>;
  /** Closes idle sockets and drops the session. */
  close(): void;
}

/** Finds the client of a connection by name; `null`: the configuration no longer has it. */
export type FindSmartSync = (connection: string) => SmartSync | null;
