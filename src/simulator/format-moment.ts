/** Formats `yyyy-MM-dd` in one of the vendor's date formats (`mmddyy`, `yyyyddmm`, ...), or returns it unchanged without a format. */
export function formatDate(date: string, dateFormat: string | null): string {
  if (!dateFormat) return date;
  const year = date.slice(0, 4);
  return dateFormat
    .toLowerCase()
    .replace("yyyy", year)
    .replace("yy", year.slice(2))
    .replace("mm", date.slice(5, 7))
    .replace("dd", date.slice(8, 10));
}

/** Formats minutes after midnight as `13:05` or `01:05 PM`. In the 24-hour format, hours continue beyond 23. */
export function formatTime(minutes: number, timeFormat: string | null): string {
  const hours = Math.floor(minutes / 60);
  const minute = twoDigits(minutes % 60);
  if (timeFormat !== "12") return `${twoDigits(hours)}:${minute}`;
  return `${twoDigits(((hours + 11) % 12) + 1)}:${minute} ${hours % 24 < 12 ? "AM" : "PM"}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
