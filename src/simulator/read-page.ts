import { err, ok, type Result } from "../core/base/result.ts";
import type { RecordRange } from "./render-result.ts";

/** Parses the paging parameters, which count from 1. Both or neither must be given; `null` means the whole result. */
export function readPage(query: URLSearchParams, totalRecords: number): Result<RecordRange | null, readonly string[]> {
  const start = query.get("startRecord");
  const count = query.get("numRecords");
  if (start === null && count === null) return ok(null);
  const details = [
    ...(isWithin(start, totalRecords) ? [] : [`'startRecord' query parameter must be an integer between 1 and ${totalRecords}`]),
    ...(isWithin(count, Number.MAX_SAFE_INTEGER) ? [] : ["'numRecords' query parameter must be a positive integer"]),
  ];
  if (details.length > 0) return err(details);
  const first = Number(start) - 1;
  return ok({ first, count: Math.min(Number(count), totalRecords - first) });
}

/**
 * By the vendor's own formula, X-Count-Records of the last page is total - startRecord, which is one less than the page holds.
 * With `isCountActual` it is the actual number of records.
 */
export function pageHeaders(page: RecordRange, totalRecords: number, isCountActual: boolean): Record<string, number> {
  const end = page.first + page.count;
  const start = page.first + 1;
  if (end >= totalRecords) {
    return { "X-Start-Record": start, "X-Count-Records": isCountActual ? page.count : totalRecords - start };
  }
  return {
    "X-Start-Record": start,
    "X-Count-Records": page.count,
    "X-Next-Record": end + 1,
    "X-Remaining-Records": totalRecords - end,
  };
}

function isWithin(text: string | null, max: number): boolean {
  return text !== null && /^\d{1,15}$/.test(text) && Number(text) >= 1 && Number(text) <= max;
}
