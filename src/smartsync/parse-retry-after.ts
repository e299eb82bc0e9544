/**
 * How many milliseconds a Retry-After header asks to wait: seconds, or a date that is measured against the server's own clock.
 * `null` when there is none or it cannot be read.
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const until = parseHttpDate(text);
  return until ? Math.max(0, until.getTime() - now.getTime()) : null;
}

/** Reads the form that HTTP prescribes, `Sun, 22 Nov 2026 01:30:00 GMT`, and its two older ones. */
export function parseHttpDate(header: string | undefined): Date | null {
  if (header === undefined || !/^[A-Z][a-z]{2,8},? /.test(header)) return null;
  const ms = Date.parse(/GMT$|UTC$|[+-]\d{4}$/.test(header) ? header : `${header} GMT`);
  return Number.isNaN(ms) ? null : new Date(ms);
}
