import type { Clock } from "../core/clock.ts";
import type { SmartSyncFailure } from "../core/failure.ts";
import { parseErrorBody } from "./parse-error-body.ts";
import { parseForbiddenIds, saysForbidden } from "./parse-forbidden-ids.ts";
import { parseHttpDate, parseRetryAfter } from "./parse-retry-after.ts";
import type { Answer } from "./read-answer.ts";

/** What an answer that is not a success means, whichever call it came to. */
export function translateAnswer(answer: Answer, { target, clock }: { readonly target: string; readonly clock: Clock }): SmartSyncFailure {
  const { status, headers } = answer;
  if (status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(headers["retry-after"], parseHttpDate(headers.date) ?? clock.now());
    return status === 429 ? { reason: "rate-limited", target, retryAfterMs } : { reason: "server-error", target, status, retryAfterMs };
  }
  const body = parseErrorBody(answer.text ?? "");
  if (status === 400) return translateRejection(body.message, body.details);
  return { reason: "unexpected-answer", target, detail: `HTTP ${status}${body.message === null ? "" : `: ${body.message}`}` };
}

function translateRejection(message: string | null, details: readonly string[]): SmartSyncFailure {
  const sentences = details.length > 0 ? details : [message ?? "HTTP 400"];
  const everything = message === null ? details : [message, ...details];
  if (!saysForbidden(everything)) return { reason: "request-rejected", details: sentences };
  return { reason: "entities-forbidden", details: sentences, ids: parseForbiddenIds(everything) };
}
