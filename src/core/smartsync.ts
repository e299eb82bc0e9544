import type { Entity, EntityKind } from "./entity.ts";
import type { ExportRequest } from "./export-request.ts";
import type { Failure, SmartSyncFailure } from "./failure.ts";
import type { VendorJobId } from "./ids.ts";
import type { Result } from "./result.ts";

/** How the server stands with a job. A word nobody knows is `unknown`: not known yet, never an end. */
export type VendorStatus = "waiting" | "running" | "completed" | "failed" | "canceled" | "unknown";

/** One job as the server describes it. What it left out is `null`. */
export interface VendorJob {
  readonly vendorJobId: VendorJobId;
  readonly status: VendorStatus;
  /** The status word as sent. */
  readonly statusWord: string;
  readonly exporterType: string | null;
  readonly outputFormat: string | null;
  readonly lastStatusChange: Date | null;
  readonly errorDetails: string | null;
  readonly announced: Announced;
  readonly additionalDetails: string | null;
}

/** The totals that the server states for a finished job; `null` where it does not. */
export interface Announced {
  readonly records: number | null;
  readonly compressedBytes: number | null;
  readonly uncompressedBytes: number | null;
}

export interface JobListing {
  readonly jobs: readonly VendorJob[];
  /** The server's own time when it answered, from its Date header. */
  readonly serverTime: Date | null;
}

/** A result as it arrives. The body may be read once; whoever stops early calls `discard`. */
export interface ResultStream {
  readonly mediaType: string;
  readonly encoding: "gzip" | "identity";
  /** Content-Length: how many bytes will arrive. */
  readonly announcedBytes: number | null;
  /** Bytes as sent. Ends with a thrown `TransferError` when the transfer breaks or stalls. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** Records of a result, counted from 1. */
export interface Page {
  readonly startRecord: number;
  readonly numRecords: number;
}

/** Thrown out of a result's body, because an iterator has no other way to tell. */
export class TransferError extends Error {
  override readonly name = "TransferError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** `accepted: "no"`: it certainly made no job. `"unknown"`: nobody can say, and the list of jobs has to settle it. */
export interface SubmitFailure {
  readonly accepted: "no" | "unknown";
  readonly failure: SmartSyncFailure;
}

/**
 * One connection's door to WFM. It logs in by itself: one login however many callers wait for it, and one replay after a 401.
 * Nothing is retried beyond that; who calls decides.
 */
export interface SmartSync {
  /** Logs in afresh, whatever session there is. */
  login(): Promise<Result<void, SmartSyncFailure>>;
  /** The active entities of these kinds that the login may view. A kind the server does not know is left out. */
  listEntities(kinds: readonly EntityKind[], signal?: AbortSignal): Promise<Result<readonly Entity[], SmartSyncFailure>>;
  submit(exporter: string, request: ExportRequest, signal?: AbortSignal): Promise<Result<VendorJobId, SubmitFailure>>;
  findJob(id: VendorJobId, signal?: AbortSignal): Promise<Result<VendorJob, SmartSyncFailure>>;
  /** Every job of this login, in one call. */
  listJobs(signal?: AbortSignal): Promise<Result<JobListing, SmartSyncFailure>>;
  /** Only an HTTP 200 is a result: a 206 comes back as `result-not-ready`, `job-failed` or `job-canceled`. */
  openResult(id: VendorJobId, signal?: AbortSignal): Promise<Result<ResultStream, SmartSyncFailure>>;
  /**
   * Opens these records of a finished job's result, as a document of their own. `null`: the server does not page, or not this result.
   * One that sent something else than the records asked for is not asked again.
   */
  openPage(id: VendorJobId, page: Page, signal?: AbortSignal): Promise<Result<ResultStream | null, SmartSyncFailure>>;
  /** Ends idle sockets and forgets the session. */
  close(): void;
}

/** The connection's client by name; `null` when the configuration no longer has it. */
export type FindSmartSync = (connection: string) => SmartSync | null;
