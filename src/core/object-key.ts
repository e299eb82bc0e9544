import type { Interval } from "./business-date.ts";
import type { OutputFormat } from "./exporter-catalog.ts";

/** Where one business date, or one whole interval, of an export lives below the destination's prefix. */
export function partitionKey(exportName: string, interval: Interval): string {
  const date = interval.from === interval.to ? interval.from : `${interval.from}--${interval.to}`;
  return `${exportName}/date=${date}`;
}

const EXTENSIONS: Readonly<Record<OutputFormat, string>> = { JSON: "json", PIPE: "txt", XML: "xml" };

/** Raw artifacts are always stored gzipped, however they arrived, so that a rerun leaves the same keys. */
export function rawArtifactKey(
  exportName: string,
  interval: Interval,
  job: { readonly part: number; readonly outputFormat: OutputFormat },
): string {
  const part = String(job.part).padStart(3, "0");
  return `${partitionKey(exportName, interval)}/part-${part}.${EXTENSIONS[job.outputFormat]}.gz`;
}

export function manifestKey(exportName: string, interval: Interval): string {
  return `${partitionKey(exportName, interval)}/_manifest.json`;
}

export function successKey(exportName: string, interval: Interval): string {
  return `${partitionKey(exportName, interval)}/_SUCCESS`;
}

const MAX_KEY_BYTES = 900;

/** Keys come from templates and checked names only; this is the last gate before a store sees one. */
export function isSafeKey(key: string): boolean {
  return (
    key.length <= MAX_KEY_BYTES &&
    /^[A-Za-z0-9._=/-]+$/.test(key) &&
    key.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..")
  );
}
