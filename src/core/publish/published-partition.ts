import type { Interval } from "../base/business-date.ts";
import type { Failure, KeepReason } from "../base/failure.ts";
import type { RunId } from "../base/ids.ts";
import type { ExportRequest } from "../exports/export-request.ts";
import type { Finished, JobFacts } from "../jobs/job.ts";
import { describeCells, droppedCells } from "./compare-cells.ts";
import type { Manifest } from "./manifest.ts";

/** What is published in a partition. */
export interface PublishedPartition {
  readonly manifest: Manifest;
  /** Whether `_SUCCESS` is there, so that readers use what the manifest lists. */
  readonly isComplete: boolean;
}

/** What a run would publish in its place. */
export interface Candidate {
  readonly runId: RunId;
  readonly partition: Interval;
  /** What its chunks requested. */
  readonly requests: readonly ExportRequest[];
  /** Whether nothing is missing, or only what may be missing. */
  readonly isWhole: boolean;
  /** When WFM completed the last of its results. */
  readonly completedAt: Date;
  /** Whether some of its chunks were published before. */
  readonly hasPublished: boolean;
  /** Why other chunks of it were superseded already. */
  readonly superseded: readonly Superseded[];
}

type Superseded = Extract<Failure, { readonly reason: "superseded" }>;

/**
 * Why the published partition stays; `null`: the candidate replaces it. A published partition never loses what it has, because WFM may not
 * provide it again: complete data are not replaced by incomplete or older data, and no data are replaced by data that lack some of their
 * cells. A run is superseded as a whole.
 */
export function keepReasonOf(published: PublishedPartition | null, candidate: Candidate): KeepReason | null {
  if (!published || published.manifest.run.id === candidate.runId) return null;
  const before = candidate.superseded.find(({ runId }) => runId === published.manifest.run.id);
  if (before) return before.because === "wider" ? { because: "wider", has: before.has } : { because: before.because };
  if (published.isComplete && isOlder(candidate, published)) return { because: "newer" };
  if (published.isComplete && !candidate.isWhole) return { because: "more-complete" };
  const dropped = droppedCells(published.manifest.requests, candidate.requests, candidate.partition);
  if (dropped.length > 0) return { because: "wider", has: describeCells(dropped) };
  return candidate.hasPublished ? { because: "overwritten" } : null;
}

/** Whether the published data were completed by WFM later. */
export function isOlder({ completedAt }: Pick<Candidate, "completedAt">, { manifest }: PublishedPartition): boolean {
  return completedAt.getTime() < Date.parse(manifest.completedAt);
}

/** Whether the published partition has every cell of a job's result, completed later. Then the result may be dropped. */
export function isContained(
  job: Pick<JobFacts & Finished, "completedAt" | "request" | "partition">,
  published: PublishedPartition,
): boolean {
  return isOlder(job, published) && droppedCells([job.request], published.manifest.requests, job.partition).length === 0;
}
