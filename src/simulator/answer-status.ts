import type { ActiveFaults } from "./active-faults.ts";
import { JOB_NOT_FOUND, sendJson } from "./answer.ts";
import type { Exchange, Tenant, UserExchange } from "./exchange.ts";
import type { JobState, SimulatedJob } from "./job-book.ts";

const WORDS: Readonly<Record<JobState, string>> = {
  waiting: "WAITING",
  running: "RUNNING",
  completed: "COMPLETED_SUCCESFULLY",
  failed: "FAILED",
  canceled: "CANCELED",
};

export function answerStatus(tenant: Tenant, jobId: string, exchange: UserExchange): void {
  tenant.counts.statusOne += 1;
  const job = exchange.faults.has("vanish") ? null : tenant.jobs.find(jobId, exchange.user);
  if (!job) return sendJobNotFound(exchange);
  return sendJson(exchange.response, 200, describeJob(tenant, job, exchange.faults));
}

export function answerStatusAll(tenant: Tenant, { response, faults, user }: UserExchange): void {
  tenant.counts.statusAll += 1;
  const listed = faults.has("vanish") ? [] : tenant.jobs.list(user);
  const jobs = listed.map((job) => describeJob(tenant, job, faults));
  return sendJson(response, 200, faults.has("status.wrapped") ? { jobs } : jobs);
}

/** The vendor prints 401 inside the body of its 404; a client must go by the HTTP status. */
export function sendJobNotFound({ response, faults }: Exchange): void {
  const status = faults.get("not-found-status")?.word === "404" ? 404 : 401;
  return sendJson(response, 404, { message: JOB_NOT_FOUND, status });
}

/** The job's state as the faults of this exchange let it be seen. */
export function visibleState(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): JobState {
  return faults.has("stuck-waiting") ? "waiting" : tenant.jobs.stateOf(job);
}

function describeJob(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): Record<string, unknown> {
  const state = visibleState(tenant, job, faults);
  const members: Record<string, unknown> = {
    jobId: job.jobId,
    status: wordFor(state, faults),
    exporterType: faults.has("exporter-title") ? (tenant.settings.exporters.get(job.exporter)?.title ?? job.exporter) : job.exporter,
    lastStatusChange: new Date(changedAt(job, state)).toISOString(),
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
  const off = faults.get("sizes")?.amount ?? 0;
  return {
    totalRecords: job.plan.totalRecords + (faults.get("total-records")?.amount ?? 0),
    resultsSizeBytes: { ...(packed ? { compressed: packed.length + off } : {}), uncompressed: uncompressedBytes + off },
  };
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
