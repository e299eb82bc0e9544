import { HOUR_MS } from "../core/base/clock.ts";
import type { ActiveFaults } from "./active-faults.ts";
import type { Tenant } from "./exchange.ts";
import type { JobState, SimulatedJob } from "./job-table.ts";

const WORDS: Readonly<Record<JobState, string>> = {
  waiting: "WAITING",
  running: "RUNNING",
  completed: "COMPLETED_SUCCESFULLY",
  failed: "FAILED",
  canceled: "CANCELED",
};

/** The job's state as the client sees it, which depends on the faults of the exchange. */
export function visibleState(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): JobState {
  return faults.has("stuck-waiting") ? "waiting" : tenant.jobs.stateOf(job);
}

/** A job as a status response describes it. */
export function describeJob(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): Record<string, unknown> {
  const state = visibleState(tenant, job, faults);
  const members: Record<string, unknown> = {
    jobId: job.jobId,
    status: wordFor(state, faults),
    exporterType: faults.has("exporter-title") ? (tenant.settings.exporters.get(job.exporter)?.title ?? job.exporter) : job.exporter,
    lastStatusChange: writeInstant(changedAt(job, state), faults),
    outputFormat: job.plan.format,
    errorDetails: state === "failed" || state === "canceled" ? job.errorDetails : null,
    totalRecords: null,
    resultsSizeBytes: null,
    additionalDetails: state === "completed" ? describeDetails(job) : null,
    ...(state === "completed" && !faults.has("no-total") ? describeTotals(tenant, job, faults) : {}),
  };
  if (faults.has("nulls")) return members;
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function describeTotals(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults) {
  const { uncompressedBytes, gzipped } = tenant.results.get(job, faults.has("result.wrapped"));
  const names = SIZE_NAMES[faults.get("size-names")?.word ?? "plain"] ?? PLAIN_NAMES;
  const error = faults.get("sizes")?.amount ?? 0;
  return {
    totalRecords: job.plan.totalRecords + (faults.get("total-records")?.amount ?? 0),
    resultsSizeBytes: {
      ...(gzipped ? { [names.compressed]: gzipped.length + error } : {}),
      [names.uncompressed]: uncompressedBytes + error,
    },
  };
}

const PLAIN_NAMES = { compressed: "compressed", uncompressed: "uncompressed" };
const SIZE_NAMES: Readonly<Record<string, typeof PLAIN_NAMES>> = {
  plain: PLAIN_NAMES,
  long: { compressed: "compressedSizeBytes", uncompressed: "uncompressedSizeBytes" },
  zip: { compressed: "zipSize", uncompressed: "rawSize" },
};

const CHICAGO_OFFSET_MS = 6 * HOUR_MS;

function writeInstant(ms: number, faults: ActiveFaults): string | number {
  const form = faults.get("status-dates")?.word;
  if (form === "epoch") return ms;
  return form === "local" ? new Date(ms - CHICAGO_OFFSET_MS).toISOString().replace("Z", "") : new Date(ms).toISOString();
}

function wordFor(state: JobState, faults: ActiveFaults): string {
  if (state === "completed" && faults.get("spelling")?.word === "double") return "COMPLETED_SUCCESSFULLY";
  if (state === "running" && faults.has("unknown-status-word")) return "FINALIZING";
  return WORDS[state];
}

function changedAt(job: SimulatedJob, state: JobState): number {
  if (state === "waiting") return job.submittedAt;
  return state === "running" ? job.startsAt : job.endsAt;
}

/** Resembles the .rpt file of a file-based export: a header, one fixed-width line per entity, and a footer. */
function describeDetails(job: SimulatedJob): string {
  const { plan } = job;
  const ids = [...new Set(plan.cells.map((cell) => cell.entityId))];
  const lines = ids.map((id) => `MU       ${String(id).padEnd(7)} - entity ${id}`);
  return [`Export ${job.exporter}`, `From ${String(job.request["startDate"])} to ${String(job.request["endDate"])}`, "", ...lines, ""]
    .concat(`Records ${plan.totalRecords}`)
    .join("\n");
}
