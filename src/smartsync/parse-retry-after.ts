/**
 * The delay that a Retry-After header requests, in milliseconds. A date is compared with `now`, the server's own clock. Returns `null` if
 * the header is missing or invalid.
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const until = parseHttpDate(text);
  return until ? Math.max(0, until.getTime() - now.getTime()) : null;
}

/** Parses the HTTP date format, `Sun, 22 Nov 2026 01:30:00 GMT`, and its two obsolete formats. */
export function parseHttpDate(header: string | undefined): Date | null {
  if (header === undefined || !/^[A-Z][a-z]{2,8},? /.test(header)) return null;
  const ms = Date.parse(/GMT$|UTC$|[+-]\d{4}$/.test(header) ? header : `${header} GMT`);
  return Number.isNaN(ms) ? null : new Date(ms);
}
