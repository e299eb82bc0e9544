import type { SmartSyncFailure } from "../core/base/failure.ts";
import { parseJson } from "./json-members.ts";
import { parseErrorBody, tidy } from "./parse-error-body.ts";

const MAX_MESSAGE_LENGTH = 1000;

/** Translates a 206, which WFM sends with one of three sentences when there is no result. Returns `null` for any other text. */
export function translate206(text: string): SmartSyncFailure | null {
  const message = parseErrorBody(text).message ?? readPlainText(text);
  if (message === null) return null;
  if (/has failed|job failed/i.test(message)) return { reason: "job-failed", detail: message };
  if (/cancell?ed/i.test(message)) return { reason: "job-canceled" };
  if (/n['’]?t (?:been )?completed?|not yet|try again later/i.test(message)) return { reason: "result-not-ready" };
  return null;
}

/** Only a short text that is not JSON is taken as a message, because data may contain the same words. */
function readPlainText(text: string): string | null {
  return text.length <= MAX_MESSAGE_LENGTH && parseJson(text) === undefined ? tidy(text) : null;
}
