import type { OutputFormat } from "../core/exporters/built-in-exporters.ts";
import { sendError, VALIDATION_FAILED } from "./send-response.ts";
import { sendJobNotFound } from "./answer-status.ts";
import { visibleState } from "./describe-job.ts";
import type { Tenant, UserExchange } from "./exchange.ts";
import { isAccessible } from "./job-visibility.ts";
import { ERROR_TEXTS, type JobState, type SimulatedJob } from "./job-table.ts";
import { pageHeaders, readPage } from "./read-page.ts";
import { type RecordRange, renderPlan } from "./render-result.ts";
import { type Document, sendResult } from "./send-result.ts";

const NOT_COMPLETED = "Your Job isn't completed yet. Try again later";
const NO_RESULT_MESSAGES: Readonly<Record<JobState, string | null>> = {
  waiting: NOT_COMPLETED,
  running: NOT_COMPLETED,
  failed: "Your job has failed. Endpoint the status endpoint to get more details about the failure",
  canceled: ERROR_TEXTS.canceled,
  completed: null,
};
const NO_QUERY = new URLSearchParams();
const MEDIA_TYPES: Readonly<Record<OutputFormat, string>> = { JSON: "application/json", PIPE: "text/plain", XML: "application/xml" };

/** As the vendor documents it, a job without a result gets a 206 with a sentence, although 2xx usually means data. */
export async function answerResult(tenant: Tenant, jobId: string, exchange: UserExchange): Promise<void> {
  const { response, faults, query, user } = exchange;
  const job = tenant.jobs.find(jobId, user);
  if (!job || tenant.jobs.isExpired(job) || !isAccessible(tenant, job, faults)) return sendJobNotFound(exchange);
  const state = visibleState(tenant, job, faults);
  const message = state === "completed" && faults.has("not-complete-forever") ? NOT_COMPLETED : NO_RESULT_MESSAGES[state];
  if (message !== null) return sendError(response, 206, message);
  const total = job.plan.totalRecords;
  const page = readPage(faults.has("no-pages") ? NO_QUERY : query, total);
  if (!page.ok) return sendError(response, 400, VALIDATION_FAILED, page.error);
  if (page.value) {
    tenant.stats.pages.push({ jobId, startRecord: page.value.first + 1, records: page.value.count });
    const headers = pageHeaders(page.value, total, faults.get("count-records")?.word === "actual");
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  }
  response.setHeader("Content-Type", faultyMediaType(faults) ?? MEDIA_TYPES[job.plan.format]);
  return await sendResult(tenant, openDocument(tenant, job, { page: page.value, isWrapped: faults.has("result.wrapped") }), exchange);
}

function faultyMediaType(faults: UserExchange["faults"]): string | null {
  const wrong = faults.get("wrong-media-type");
  return wrong && (wrong.word === "octets" ? "application/octet-stream" : "text/html");
}

function openDocument(tenant: Tenant, job: SimulatedJob, options: { page: RecordRange | null; isWrapped: boolean }): Document {
  const plan = { ...job.plan, isWrapped: options.isWrapped };
  if (options.page) return { chunks: renderPlan(plan, options.page), bytes: null, gzipped: null };
  const { uncompressedBytes, gzipped } = tenant.results.get(job, options.isWrapped);
  return { chunks: renderPlan(plan), bytes: uncompressedBytes, gzipped };
}
