import type { IncomingHttpHeaders } from "node:http";
import type { Page } from "../core/smartsync.ts";

/**
 * Whether an answer is the page that was asked for. X-Start-Record says so, and nothing else of what is said may contradict it. A page
 * may be smaller. The vendor's own formula makes X-Count-Records of a last page one less than it holds.
 */
export function isPageOf({ startRecord, numRecords }: Page, headers: IncomingHttpHeaders): boolean {
  const behind = startRecord + numRecords;
  const next = readNumber(headers, "x-next-record");
  const count = readNumber(headers, "x-count-records");
  const remaining = readNumber(headers, "x-remaining-records");
  if (readNumber(headers, "x-start-record") !== startRecord) return false;
  if (next !== undefined && !(next > startRecord && next <= behind)) return false;
  if (remaining !== undefined && !(next === undefined ? remaining === 0 : remaining >= behind - next)) return false;
  if (count === undefined) return true;
  return next === undefined ? count === numRecords || count === numRecords - 1 : count === next - startRecord;
}

/** `undefined` when it was not sent, `NaN` when it is no number. */
function readNumber(headers: IncomingHttpHeaders, name: string): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  return typeof text === "string" && /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
}
