import type { Clock } from "../core/base/clock.ts";
import type { SmartSyncFailure } from "../core/base/failure.ts";
import { parseErrorBody } from "./parse-error-body.ts";
import { parseForbiddenIds, isPermissionError } from "./parse-forbidden-ids.ts";
import { parseHttpDate, parseRetryAfter } from "./parse-retry-after.ts";
import type { TextResponse } from "./read-text-response.ts";

interface Context {
  readonly target: string;
  readonly clock: Clock;
}

/** Translates an unsuccessful response of any endpoint. */
export function translateErrorResponse(response: TextResponse, { target, clock }: Context): SmartSyncFailure {
  const { status, headers } = response;
  if (status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(headers["retry-after"], parseHttpDate(headers.date) ?? clock.now());
    return status === 429 ? { reason: "rate-limited", target, retryAfterMs } : { reason: "server-error", target, status, retryAfterMs };
  }
  const body = parseErrorBody(response.text ?? "");
  if (status === 400) return translateRejection(body.message, body.details);
  return { reason: "unexpected-answer", target, detail: `HTTP ${status}${body.message === null ? "" : `: ${body.message}`}` };
}

function translateRejection(message: string | null, details: readonly string[]): SmartSyncFailure {
  const sentences = details.length > 0 ? details : [message ?? "HTTP 400"];
  const allTexts = message === null ? details : [message, ...details];
  if (!isPermissionError(allTexts)) return { reason: "request-rejected", details: sentences };
  return { reason: "entities-forbidden", details: sentences, ids: parseForbiddenIds(allTexts) };
}
