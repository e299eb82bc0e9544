import { SECOND_MS } from "../core/base/clock.ts";
import type { ActiveFaults } from "./active-faults.ts";
import { sendError, sendJson } from "./send-response.ts";
import { readJsonObject, type Tenant, type UserExchange } from "./exchange.ts";
import { ERROR_TEXTS, type SimulatedJob } from "./job-table.ts";
import { permissionsOf } from "./permissions.ts";
import { describeRejection } from "./describe-rejection.ts";
import { planResult, type ResultPlan, type SubmitBody } from "./result-plan.ts";
import type { SimulatedUser } from "./simulator-options.ts";
import { validateRequest } from "./validate-request.ts";
import { pause } from "./write-body.ts";

export async function answerSubmit(tenant: Tenant, slug: string, exchange: UserExchange): Promise<void> {
  const { request, response, faults, user, signal } = exchange;
  const exporter = tenant.settings.exporters.get(slug);
  if (!exporter) return sendError(response, 404, "Not Found");
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return sendError(response, 415, "Unsupported Media Type");
  const body = await readJsonObject(request);
  const details = body
    ? validateRequest(exporter, body, permissionsOf(tenant.settings.shape, faults))
    : ["The request body is not a JSON object"];
  if (!body || details.length > 0) {
    tenant.stats.submitsRejected += 1;
    const rejection = describeRejection(details, faults.get("forbidden-form")?.word ?? "together");
    return sendError(response, 400, rejection.message, rejection.details);
  }
  const job = acceptJob(tenant, { exporter: slug, request: body, user }, faults);
  const delayMs = faults.get("submit-late")?.amount ?? null;
  if (delayMs !== null) await pause(delayMs, signal);
  if (signal.aborted || faults.has("submit-lost")) {
    tenant.stats.submitsUnanswered += 1;
    request.socket.destroy();
    return;
  }
  return sendJson(response, 200, { jobId: job.jobId });
}

function acceptJob(
  { jobs, stats, settings }: Tenant,
  submission: { exporter: string; request: SubmitBody; user: SimulatedUser },
  faults: ActiveFaults,
): SimulatedJob {
  const { exporter, request } = submission;
  const plan = planResult(exporter, request, settings.shape);
  const delayMs = (faults.get("long-wait")?.amount ?? 0) * SECOND_MS;
  const job = jobs.submit({ ...submission, plan, ...endingUnder(faults, plan) }, delayMs);
  stats.submits += 1;
  stats.submitsByExporter[exporter] = (stats.submitsByExporter[exporter] ?? 0) + 1;
  stats.submissions.push({
    exporter,
    startDate: String(request["startDate"]),
    endDate: String(request["endDate"]),
    jobId: job.jobId,
    at: job.submittedAt,
  });
  return job;
}

function endingUnder(faults: ActiveFaults, plan: ResultPlan): Pick<SimulatedJob, "ending" | "errorDetails"> {
  const threshold = faults.get("too-large")?.amount ?? null;
  if (threshold !== null && plan.cells.length > threshold) return { ending: "failed", errorDetails: ERROR_TEXTS["too-large"] };
  const fail = faults.get("fail");
  if (fail) return { ending: "failed", errorDetails: fail.word === "too-large" ? ERROR_TEXTS["too-large"] : ERROR_TEXTS.internal };
  if (faults.has("cancel")) return { ending: "canceled", errorDetails: ERROR_TEXTS.canceled };
  return { ending: "completed", errorDetails: null };
}
