import type { SmartSyncFailure } from "../core/failure.ts";
import { parseJson } from "./json-members.ts";
import { parseErrorBody, tidy } from "./parse-error-body.ts";

const LONGEST_PLAIN_TEXT = 1000;

/** What a 206 means. The vendor sends it instead of a result, with one of three sentences; `null` when it is none of them. */
export function translateUnfinished(text: string): SmartSyncFailure | null {
  const message = parseErrorBody(text).message ?? readPlainText(text);
  if (message === null) return null;
  if (/has failed|job failed/i.test(message)) return { reason: "job-failed", detail: message };
  if (/cancell?ed/i.test(message)) return { reason: "job-canceled" };
  if (/n['’]?t (?:been )?completed?|not yet|try again later/i.test(message)) return { reason: "result-not-ready" };
  return null;
}

/** Data may hold any of these words; a short text that is no document is a message. */
function readPlainText(text: string): string | null {
  return text.length <= LONGEST_PLAIN_TEXT && parseJson(text) === undefined ? tidy(text) : null;
}
