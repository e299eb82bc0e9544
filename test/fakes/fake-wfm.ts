import type { BusinessDate } from "../../src/core/base/business-date.ts";
import { datesOf } from "../../src/core/base/business-date.ts";
import type { Clock } from "../../src/core/base/clock.ts";
import type { Entity } from "../../src/core/exports/entity.ts";
import type { ExportRequest } from "../../src/core/exports/export-request.ts";
import type { SmartSyncFailure } from "../../src/core/base/failure.ts";
import type { JobId } from "../../src/core/base/ids.ts";
import { err, ok, type Result } from "../../src/core/base/result.ts";
import { type ResultStream, type SmartSync, type SubmitFailure, TransferError, type WfmJob } from "../../src/core/ports/smartsync.ts";

export type Call = "login" | "listEntities" | "submit" | "findJob" | "listJobs" | "openResult" | "openPage";

interface ServerJob {
  readonly id: JobId;
  readonly exporter: string;
  readonly request: ExportRequest;
  readonly submittedAt: Date;
  end: Partial<WfmJob> | null;
}

/** What goes wrong with one call: it fails before anything happens, its answer is lost afterwards, or the body that it sends is wrong. */
export type Fault =
  | { readonly kind: "fail"; readonly failure: SmartSyncFailure }
  | { readonly kind: "lose-answer" }
  | { readonly kind: "cut-body"; readonly afterBytes: number }
  | { readonly kind: "alter-body"; readonly text: string };

/** WFM as its port shows it, in memory, on a test's clock. */
export interface FakeWfm {
  readonly client: SmartSync;
  readonly jobs: readonly ServerJob[];
  readonly calls: Readonly<Record<Call, number>>;
  /** While it is set, every call answers with it and does nothing else. */
  down: SmartSyncFailure | null;
  /** The next call of this kind goes wrong. */
  next(call: Call, fault: Fault): void;
  /** Overrides what the server says about a job. */
  end(id: JobId, end: Partial<WfmJob>): void;
  /** The server no longer knows the job. */
  forget(id: JobId): void;
  /** A job that another client of the same login has submitted. */
  addOrphan(exporter: string, request: ExportRequest): JobId;
  rowsOf(request: ExportRequest): readonly unknown[];
}

export interface FakeWfmOptions {
  readonly clock: Clock;
  readonly entities?: readonly Entity[];
  /** How long the server works on a job. */
  readonly runMs?: number;
  /** How many rows a result may have before it is too large. */
  readonly mostRows?: number;
  /** Entities that are listed and then refused. */
  readonly forbidden?: ReadonlySet<number>;
  /** `false`: the server sends whole results only. */
  readonly doesPage?: boolean;
}

const UNREACHABLE: SmartSyncFailure = { reason: "unreachable", target: "https://wfm.example", detail: "connection reset" };

export function createFakeWfm(options: FakeWfmOptions): FakeWfm {
  const { clock, entities = DEFAULT_ENTITIES, runMs = 10_000, mostRows = Infinity, forbidden = new Set(), doesPage = true } = options;
  const jobs: ServerJob[] = [];
  let made = 0;
  const calls: Record<Call, number> = { login: 0, listEntities: 0, submit: 0, findJob: 0, listJobs: 0, openResult: 0, openPage: 0 };
  const faults = new Map<Call, Fault[]>();
  const begin = (call: Call): Fault | null => {
    calls[call] += 1;
    if (wfm.down) return { kind: "fail", failure: wfm.down };
    return faults.get(call)?.shift() ?? null;
  };
  const add = (exporter: string, request: ExportRequest): JobId => {
    made += 1;
    const id = String(made).padStart(32, "0") as JobId;
    jobs.push({ id, exporter, request, submittedAt: clock.now(), end: null });
    return id;
  };
  const find = (id: JobId) => jobs.find((job) => job.id === id) ?? null;
  const describe = (job: ServerJob): WfmJob => ({
    ...statusOf(job, clock.now(), runMs),
    ...(rowsFor(job.request).length > mostRows ? TOO_LARGE : {}),
    ...job.end,
  });

  const rowsOf = (id: JobId): Result<readonly unknown[], SmartSyncFailure> => {
    const job = find(id);
    if (!job) return err({ reason: "job-unknown", jobId: id });
    return describe(job).status === "completed" ? ok(rowsFor(job.request)) : err({ reason: "result-not-ready" });
  };

  const client: SmartSync = {
    login: async () => failed(begin("login")) ?? ok(undefined),
    listEntities: async (kinds) => failed(begin("listEntities")) ?? ok(entities.filter((entity) => kinds.includes(entity.kind))),
    submit: async (exporter, request): Promise<Result<JobId, SubmitFailure>> => {
      const fault = begin("submit");
      if (fault?.kind === "fail") return err({ accepted: "no", failure: fault.failure });
      const ids = idsOf(request).filter((id) => forbidden.has(id));
      if (ids.length > 0) return err({ accepted: "no", failure: { reason: "entities-forbidden", details: [`MU ${ids.join()}`], ids } });
      const id = add(exporter, request);
      return fault?.kind === "lose-answer" ? err({ accepted: "unknown", failure: UNREACHABLE }) : ok(id);
    },
    findJob: async (id) => {
      const fault = failed(begin("findJob"));
      const job = find(id);
      return fault ?? (job ? ok(describe(job)) : err({ reason: "job-unknown", jobId: id }));
    },
    listJobs: async () => failed(begin("listJobs")) ?? ok({ jobs: jobs.map(describe), serverTime: clock.now() }),
    openResult: async (id) => {
      const fault = begin("openResult");
      const rows = failed(fault) ?? rowsOf(id);
      return rows.ok ? ok(streamOf(rows.value, fault)) : rows;
    },
    openPage: async (id, { startRecord, numRecords }) => {
      const fault = begin("openPage");
      const rows = failed(fault) ?? rowsOf(id);
      if (!rows.ok || !doesPage) return rows.ok ? ok(null) : rows;
      return ok(streamOf(rows.value.slice(startRecord - 1, startRecord - 1 + numRecords), fault));
    },
    close: () => undefined,
  };

  const wfm: FakeWfm = {
    client,
    jobs,
    calls,
    down: null,
    next: (call, fault) => void faults.set(call, [...(faults.get(call) ?? []), fault]),
    end: (id, end) => {
      const job = find(id);
      if (job) job.end = end;
    },
    forget: (id) =>
      void jobs.splice(
        jobs.findIndex((job) => job.id === id),
        1,
      ),
    addOrphan: add,
    rowsOf: rowsFor,
  };
  return wfm;
}

const DEFAULT_ENTITIES: readonly Entity[] = [101, 102, 103].map((id) => ({ kind: "mu", id, name: `Sales ${id}` }));

function failed(fault: Fault | null): { readonly ok: false; readonly error: SmartSyncFailure } | null {
  if (fault?.kind === "fail") return err(fault.failure);
  return fault?.kind === "lose-answer" ? err(UNREACHABLE) : null;
}

function statusOf(job: ServerJob, now: Date, runMs: number): WfmJob {
  const age = now.getTime() - job.submittedAt.getTime();
  const status = age >= runMs ? "completed" : age > 0 ? "running" : "waiting";
  const records = status === "completed" ? rowsFor(job.request).length : null;
  const changedAfter = status === "completed" ? runMs : 0;
  return {
    jobId: job.id,
    status,
    statusWord: status,
    exporterType: job.exporter,
    outputFormat: job.request.outputFormat,
    lastStatusChange: new Date(job.submittedAt.getTime() + changedAfter),
    errorDetails: null,
    announced: { records, compressedBytes: null, uncompressedBytes: null },
    additionalDetails: null,
  };
}

const TOO_LARGE: Partial<WfmJob> = {
  status: "failed",
  errorDetails: "Result set is too large, reduce date range and/or number of entities",
};

function idsOf(request: ExportRequest): readonly number[] {
  return Array.isArray(request["muIds"]) ? (request["muIds"] as number[]) : [];
}

/** One row for every date and entity of the request. */
function rowsFor(request: ExportRequest): readonly unknown[] {
  const ids = idsOf(request);
  const interval = { from: request.startDate as BusinessDate, to: request.endDate as BusinessDate };
  return datesOf(interval).flatMap((date) => ids.map((muID) => ({ date, muID })));
}

function streamOf(rows: readonly unknown[], fault: Fault | null): ResultStream {
  const bytes = new TextEncoder().encode(fault?.kind === "alter-body" ? fault.text : JSON.stringify(rows));
  const cutAt = fault?.kind === "cut-body" ? fault.afterBytes : null;
  return {
    mediaType: "application/json",
    encoding: "identity",
    announcedBytes: bytes.byteLength,
    body: (async function* () {
      yield bytes.subarray(0, cutAt ?? bytes.byteLength);
      if (cutAt !== null) throw new TransferError({ reason: "body-cut", received: cutAt, detail: "connection reset" });
    })(),
    discard: () => undefined,
  };
}
