import type { IncomingHttpHeaders } from "node:http";
import type { Page } from "../core/ports/smartsync.ts";

/**
 * Whether a response is the requested page. X-Start-Record must match, and no other paging header may contradict it. A page may hold
 * fewer records than requested. By the vendor's own formula, X-Count-Records of the last page is one less than the page holds.
 */
export function matchesPage({ startRecord, numRecords }: Page, headers: IncomingHttpHeaders): boolean {
  const end = startRecord + numRecords;
  const next = readNumber(headers, "x-next-record");
  const count = readNumber(headers, "x-count-records");
  const remaining = readNumber(headers, "x-remaining-records");
  if (readNumber(headers, "x-start-record") !== startRecord) return false;
  if (next !== undefined && !(next > startRecord && next <= end)) return false;
  if (remaining !== undefined && !(next === undefined ? remaining === 0 : remaining >= end - next)) return false;
  if (count === undefined) return true;
  return next === undefined ? count === numRecords || count === numRecords - 1 : count === next - startRecord;
}

/** `undefined` if the header was not sent, `NaN` if it is not a number. */
function readNumber(headers: IncomingHttpHeaders, name: string): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  return typeof text === "string" && /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
}
