import { type Interval, parseBusinessDate } from "./business-date.ts";
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

/** The export and the folder that an artifact's key tells; `null` for a key that no artifact has. */
export function readArtifactKey(key: string): { readonly exportName: string; readonly partition: Interval } | null {
  const [, exportName, first, last] = ARTIFACT_KEY.exec(key) ?? [];
  const from = parseBusinessDate(first ?? "");
  const to = last === undefined ? from : parseBusinessDate(last);
  return exportName !== undefined && from && to ? { exportName, partition: { from, to } } : null;
}

const ARTIFACT_KEY = /^([^/]+)\/date=(\d{4}-\d{2}-\d{2})(?:--(\d{4}-\d{2}-\d{2}))?\/part-\d+\.[a-z]+\.gz$/;

/** The connection below whose name an orphan's result is kept; `null` for any other key. */
export function readRescuedKey(key: string): string | null {
  return /^_rescued\/([^/]+)\/./.exec(key)?.[1] ?? null;
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
