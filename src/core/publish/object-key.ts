import { type Interval, parseBusinessDate } from "../base/business-date.ts";
import { FILE_EXTENSIONS, type OutputFormat } from "../exporters/built-in-exporters.ts";

/** Where a partition of an export's raw results is stored, below the destination's prefix. */
export function partitionKey(exportName: string, interval: Interval): string {
  const date = interval.from === interval.to ? interval.from : `${interval.from}--${interval.to}`;
  return `raw/${exportName}/business_date=${date}`;
}

/** Raw artifacts are always stored as gzip, however they arrived, so that a rerun overwrites the same keys. */
export function rawArtifactKey(
  exportName: string,
  interval: Interval,
  job: { readonly chunk: number; readonly outputFormat: OutputFormat },
): string {
  const number = String(job.chunk).padStart(3, "0");
  return `${partitionKey(exportName, interval)}/part-${number}.${FILE_EXTENSIONS[job.outputFormat]}.gz`;
}

const ARTIFACT_KEY = /^raw\/([^/]+)\/business_date=(\d{4}-\d{2}-\d{2})(?:--(\d{4}-\d{2}-\d{2}))?\/part-\d+\.[a-z]+\.gz$/;

/** The export and the partition in an artifact's key; `null` for a key that no artifact has. */
export function readArtifactKey(key: string): { readonly exportName: string; readonly partition: Interval } | null {
  const [, exportName, first, last] = ARTIFACT_KEY.exec(key) ?? [];
  const from = parseBusinessDate(first ?? "");
  const to = last === undefined ? from : parseBusinessDate(last);
  return exportName !== undefined && from && to ? { exportName, partition: { from, to } } : null;
}

/** The key of an artifact that a manifest lists. It is always beside the manifest. `null`: Nightferry gives no such names. */
export function artifactKey(exportName: string, interval: Interval, uri: string): string | null {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  return /^part-\d+\.[a-z.]+$/.test(name) ? `${partitionKey(exportName, interval)}/${name}` : null;
}

/** The connection in the key of a quarantine copy; `null` for any other key. */
export function readQuarantineKey(key: string): string | null {
  return /^_quarantine\/([^/]+)\/./.exec(key)?.[1] ?? null;
}

export function manifestKey(exportName: string, interval: Interval): string {
  return `${partitionKey(exportName, interval)}/_manifest.json`;
}

export function successKey(exportName: string, interval: Interval): string {
  return `${partitionKey(exportName, interval)}/_SUCCESS`;
}

const MAX_KEY_LENGTH = 900;

/** Keys are built only from templates and checked names. This is the last check before an object store sees one. */
export function isSafeKey(key: string): boolean {
  return (
    key.length <= MAX_KEY_LENGTH &&
    /^[A-Za-z0-9._=/-]+$/.test(key) &&
    key.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..")
  );
}
