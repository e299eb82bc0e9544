import { HOUR_MS } from "../core/clock.ts";
import type { ActiveFaults } from "./active-faults.ts";
import type { Tenant } from "./exchange.ts";
import type { JobState, SimulatedJob } from "./job-book.ts";

const WORDS: Readonly<Record<JobState, string>> = {
  waiting: "WAITING",
  running: "RUNNING",
  completed: "COMPLETED_SUCCESFULLY",
  failed: "FAILED",
  canceled: "CANCELED",
};

/** The job's state as the faults of this exchange let it be seen. */
export function visibleState(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): JobState {
  return faults.has("stuck-waiting") ? "waiting" : tenant.jobs.stateOf(job);
}

/** A job as a status answer has it. */
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
    additionalDetails: state === "completed" ? describeReport(job) : null,
    ...(state === "completed" && !faults.has("no-total") ? describeTotals(tenant, job, faults) : {}),
  };
  if (faults.has("nulls")) return members;
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function describeTotals(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults) {
  const { uncompressedBytes, packed } = tenant.results.prepare(job, faults.has("result.wrapped"));
  const names = SIZE_NAMES[faults.get("size-names")?.word ?? "plain"] ?? PLAIN_NAMES;
  const off = faults.get("sizes")?.amount ?? 0;
  return {
    totalRecords: job.plan.totalRecords + (faults.get("total-records")?.amount ?? 0),
    resultsSizeBytes: { ...(packed ? { [names.compressed]: packed.length + off } : {}), [names.uncompressed]: uncompressedBytes + off },
  };
}

const PLAIN_NAMES = { compressed: "compressed", uncompressed: "uncompressed" };
const SIZE_NAMES: Readonly<Record<string, typeof PLAIN_NAMES>> = {
  plain: PLAIN_NAMES,
  long: { compressed: "compressedSizeBytes", uncompressed: "uncompressedSizeBytes" },
  zip: { compressed: "zipSize", uncompressed: "rawSize" },
};

const CHICAGO_BEHIND_MS = 6 * HOUR_MS;

function writeInstant(ms: number, faults: ActiveFaults): string | number {
  const form = faults.get("status-dates")?.word;
  if (form === "epoch") return ms;
  return form === "local" ? new Date(ms - CHICAGO_BEHIND_MS).toISOString().replace("Z", "") : new Date(ms).toISOString();
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

/** In the manner of the .rpt file beside a file-based export: a frame around one fixed-width line per entity. */
function describeReport(job: SimulatedJob): string {
  const { plan } = job;
  const ids = [...new Set(plan.units.map((unit) => unit.entityId))];
  const lines = ids.map((id) => `MU       ${String(id).padEnd(7)} - entity ${id}`);
  return [`Export ${job.exporter}`, `From ${String(job.request["startDate"])} to ${String(job.request["endDate"])}`, "", ...lines, ""]
    .concat(`Records ${plan.totalRecords}`)
    .join("\n");
}
