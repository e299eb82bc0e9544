import type { Clock } from "../core/base/clock.ts";
import type { ExportRequest } from "../core/exports/export-request.ts";
import type { SmartSyncFailure } from "../core/base/failure.ts";
import { parseJobId, type JobId } from "../core/base/ids.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import type { SubmitFailure } from "../core/ports/smartsync.ts";
import type { SendRequest } from "./send-request.ts";
import { sendWithSession } from "./send-with-session.ts";
import { SERVICES_PATH } from "./base-url.ts";
import { isRecord, membersOf, parseJson } from "./json-members.ts";
import { checkSession } from "./check-session.ts";
import { parseErrorBody } from "./parse-error-body.ts";
import type { TextResponse } from "./read-text-response.ts";
import type { SessionManager } from "./session-manager.ts";
import { translateErrorResponse } from "./translate-error-response.ts";

export interface SubmitExportDeps {
  readonly send: SendRequest;
  readonly sessions: SessionManager;
  readonly target: string;
  readonly clock: Clock;
}

export interface Submission {
  readonly exporter: string;
  readonly request: ExportRequest;
  readonly signal?: AbortSignal | undefined;
}

/** Statuses with which WFM rejects a request before it creates a job. After any other error, a job may exist. */
const REJECTIONS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 413, 415, 429]);

/** Sends one POST, and a second one only if the server certainly rejected the first because of its session. */
export async function submitExport(deps: SubmitExportDeps, submission: Submission): Promise<Result<JobId, SubmitFailure>> {
  const { exporter, request, signal } = submission;
  const response = await sendWithSession(deps.sessions, deps.target, {
    send: (cookies) =>
      deps.send({
        method: "POST",
        path: `${SERVICES_PATH}/exporters/v1/${encodeURIComponent(exporter)}`,
        headers: { "content-type": "application/json", accept: "application/json, */*" },
        body: request,
        cookies,
        onNewConnection: true,
        signal,
      }),
    check: checkSession,
    signal,
  });
  if (!response.ok) return err({ accepted: response.error.mayHaveReachedServer ? "unknown" : "no", failure: response.error.failure });
  return readJobId(response.value, deps);
}

function readJobId(response: TextResponse, deps: SubmitExportDeps): Result<JobId, SubmitFailure> {
  const { status } = response;
  if (status < 200 || status > 299) {
    return err({ accepted: REJECTIONS.has(status) ? "no" : "unknown", failure: translateRejection(response, deps) });
  }
  const body = parseJson(response.text ?? "");
  const jobId = parseJobId(isRecord(body) ? membersOf(body).get("jobid") : undefined);
  if (jobId) return ok(jobId);
  const detail = `the response has HTTP status ${status} but contains no job id`;
  return err({ accepted: "unknown", failure: { reason: "unexpected-answer", target: deps.target, detail } });
}

function translateRejection(response: TextResponse, deps: SubmitExportDeps): SmartSyncFailure {
  const failure = translateErrorResponse(response, deps);
  if (failure.reason !== "unexpected-answer" || !REJECTIONS.has(response.status)) return failure;
  // Only the vendor's error body shows that WFM itself rejected the request, and would do so again. Otherwise it may have been a gateway.
  const { message, details } = parseErrorBody(response.text ?? "");
  if (message === null) return failure;
  return { reason: "request-rejected", details: details.length > 0 ? details : [`HTTP ${response.status}: ${message}`] };
}
