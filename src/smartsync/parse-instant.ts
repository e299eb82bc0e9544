const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2})?)?(?:\[[^\]]*\])?$/i;
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

/** Parses an ISO date-time or milliseconds since 1970. A time without a zone is read as UTC. Returns `null` for anything else. */
export function parseInstant(value: unknown): Date | null {
  const ms = typeof value === "string" ? readText(value.trim()) : value;
  if (typeof ms !== "number" || !(ms >= EARLIEST_MS && ms < LATEST_MS)) return null;
  return new Date(ms);
}

function readText(text: string): number | null {
  if (/^\d{12,13}$/.test(text)) return Number(text);
  const match = ISO.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits: string | undefined) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second, fractionMs(match[7])));
  // Date.UTC turns February 31 into a day in March. Such a date is invalid.
  const isReal = local.getUTCMonth() === month - 1 && local.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? local.getTime() - offsetMs(match[9], match[10], match[11]) : null;
}

function fractionMs(digits: string | undefined): number {
  return digits === undefined ? 0 : Math.floor(Number(`0.${digits}`) * 1000);
}

function offsetMs(sign: string | undefined, hours: string | undefined, minutes: string | undefined): number {
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === "-" ? -size : size;
}
