import type { Clock } from "../core/clock.ts";
import type { ExportRequest } from "../core/export-request.ts";
import type { SmartSyncFailure } from "../core/failure.ts";
import { parseVendorJobId, type VendorJobId } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { SubmitFailure } from "../core/smartsync.ts";
import type { AskSmall } from "./ask-small.ts";
import { callWithSession } from "./call-with-session.ts";
import { SERVICES } from "./endpoint.ts";
import { isRecord, membersOf, parseJson } from "./json-members.ts";
import { judgeSession } from "./judge-session.ts";
import { parseErrorBody } from "./parse-error-body.ts";
import type { Answer } from "./read-answer.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import { translateAnswer } from "./translate-answer.ts";

export interface SubmitExportDeps {
  readonly ask: AskSmall;
  readonly sessions: SessionKeeper;
  readonly target: string;
  readonly clock: Clock;
}

export interface Submission {
  readonly exporter: string;
  readonly request: ExportRequest;
  readonly signal?: AbortSignal | undefined;
}

/** Answers that come before any work is done. Every other one but a job id leaves it open whether a job was made. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 413, 415, 429]);

/** One POST, and one more only after the server certainly turned the first away for its session. */
export async function submitExport(deps: SubmitExportDeps, submission: Submission): Promise<Result<VendorJobId, SubmitFailure>> {
  const { exporter, request, signal } = submission;
  const answer = await callWithSession(deps.sessions, deps.target, {
    send: (cookies) =>
      deps.ask({
        method: "POST",
        path: `${SERVICES}/exporters/v1/${encodeURIComponent(exporter)}`,
        headers: { "content-type": "application/json", accept: "application/json, */*" },
        body: request,
        cookies,
        onFreshConnection: true,
        signal,
      }),
    judge: judgeSession,
    signal,
  });
  if (!answer.ok) return err({ accepted: answer.error.mayHaveArrived ? "unknown" : "no", failure: answer.error.failure });
  return readJobId(answer.value, deps);
}

function readJobId(answer: Answer, deps: SubmitExportDeps): Result<VendorJobId, SubmitFailure> {
  const { status } = answer;
  if (status < 200 || status > 299) {
    return err({ accepted: REFUSALS.has(status) ? "no" : "unknown", failure: explainRefusal(answer, deps) });
  }
  const body = parseJson(answer.text ?? "");
  const jobId = parseVendorJobId(isRecord(body) ? membersOf(body).get("jobid") : undefined);
  if (jobId) return ok(jobId);
  const detail = `the request was answered with HTTP ${status}, but without a job id`;
  return err({ accepted: "unknown", failure: { reason: "unexpected-answer", target: deps.target, detail } });
}

function explainRefusal(answer: Answer, deps: SubmitExportDeps): SmartSyncFailure {
  const failure = translateAnswer(answer, deps);
  if (failure.reason !== "unexpected-answer" || !REFUSALS.has(answer.status)) return failure;
  // In the vendor's own words it is about the request, and will stay so; without them a gateway may be speaking.
  const { message, details } = parseErrorBody(answer.text ?? "");
  if (message === null) return failure;
  return { reason: "request-rejected", details: details.length > 0 ? details : [`HTTP ${answer.status}: ${message}`] };
}
