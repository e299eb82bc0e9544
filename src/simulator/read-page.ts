import { err, ok, type Result } from "../core/result.ts";
import type { RecordRange } from "./render-result.ts";

/** `null`: the whole result. The parameters count from 1; both are needed, or none. */
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
 * `isCountActual`: the last page's X-Count-Records is what it holds. The vendor's page says total - startRecord there,
 * which is one less.
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

function isWithin(text: string | null, most: number): boolean {
  return text !== null && /^\d{1,15}$/.test(text) && Number(text) >= 1 && Number(text) <= most;
}
