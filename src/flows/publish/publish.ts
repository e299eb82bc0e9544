import type { Failure, KeepReason } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import { type Candidate, type PublishedPartition, keepReasonOf } from "../../core/publish/published-partition.ts";
import type { Ports } from "../ports/ports.ts";
import type { PartitionContents, StagedChunk } from "./load-partition.ts";
import { type Publication, type PublishFailure, type PublishPorts, makeVisible } from "./make-visible.ts";
import { readPublishedPartition } from "./read-published-partition.ts";

/** `superseded`: nothing was changed, because the published partition is newer, more complete or wider. */
export type PublishOutcome =
  | { readonly outcome: "published" }
  | { readonly outcome: "superseded"; readonly keepReason: KeepReason; readonly published: PublishedPartition };

const PUBLISHED = ok({ outcome: "published" } as const);

/**
 * Publishes a partition, unless what is published there is better. Repeating it after a crash is harmless: a process that died may have
 * begun to publish again and removed `_SUCCESS`. If another run has published since, that run is responsible for the partition.
 */
export async function publish(
  ports: PublishPorts,
  { store, contents, isHeld }: Publication,
): Promise<Result<PublishOutcome, PublishFailure>> {
  const [first, ...others] = contents.staged;
  if (!first) throw new Error(`run ${contents.run.id} has nothing to publish`);
  const isWhole = contents.missing.every(({ failure }) => maySkip(ports, first.job.exportName, failure));
  const read = await readPublishedPartition(store, first.job);
  if (!read.ok) return err({ failure: read.error, chunk: null });
  const published = read.value;
  const isOurs = published?.manifest.run.id === contents.run.id;
  const isCommitted = contents.staged.every(({ artifact }) => artifact.committedAt !== null);
  if (published && isCommitted && (!isOurs || !isWhole || published.isComplete)) return PUBLISHED;
  const keepReason = keepReasonOf(published, candidateOf(contents, first, isWhole));
  if (published && keepReason) return ok({ outcome: "superseded", keepReason, published });
  const made = await makeVisible(ports, { store, contents, isHeld }, { chunks: [first, ...others], isWhole, replaces: published });
  return made.ok ? PUBLISHED : made;
}

function candidateOf({ run, staged, missing }: PartitionContents, { job: { partition } }: StagedChunk, isWhole: boolean): Candidate {
  const completedAt = new Date(Math.max(...staged.map(({ job }) => job.completedAt.getTime())));
  const requests = staged.map(({ job }) => job.request);
  const hasPublished = staged.some(({ artifact }) => artifact.committedAt !== null);
  const superseded = missing.flatMap(({ failure }) => (failure.reason === "superseded" ? [failure] : []));
  return { runId: run.id, partition, requests, isWhole, completedAt, hasPublished, superseded };
}

/** With `onForbidden: skip` the configuration accepts that forbidden entities are missing. */
function maySkip({ registry }: Pick<Ports, "registry">, exportName: string, failure: Failure): boolean {
  return failure.reason === "entities-forbidden" && registry.findExport(exportName)?.onForbidden === "skip";
}
