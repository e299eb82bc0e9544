import type { Failure, KeepReason } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { ArchivingJob } from "../../core/persistence/job-repository.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { QuarantineCopy } from "../../core/ports/stored-object.ts";
import { partitionKey } from "../../core/publish/object-key.ts";
import { type PublishedPartition, isContained } from "../../core/publish/published-partition.ts";
import { wrongSize } from "../../core/quarantine/quarantine-copy.ts";
import { dropCopy } from "../quarantine/quarantine-result.ts";
import { type StagePorts, quarantineJob } from "../transfer/stage-job.ts";

export interface Kept {
  readonly store: ObjectStore;
  readonly keepReason: KeepReason;
  readonly published: PublishedPartition;
}

/**
 * The published partition stays, so what was staged is discarded. A result that is newer, or has something that the partition lacks, is
 * quarantined first, because it exists nowhere else. Returns why the job ends.
 */
export async function keepPublished(
  ports: StagePorts,
  job: ArchivingJob,
  { store, keepReason, published }: Kept,
  signal: AbortSignal,
): Promise<Result<Failure, Failure>> {
  const copy = isContained(job, published) ? ok(null) : await keepCopy(ports, { job, store }, signal);
  if (!copy.ok) return copy;
  if (copy.value === null && job.quarantine) await dropCopy(store, job.quarantine, job);
  const artifact = await ports.repositories.artifacts.find(job.id);
  await ports.repositories.artifacts.forget(job.id);
  // An upload that cannot be discarded now stays incomplete, and the reconciler aborts it.
  if (artifact) await store.discard(artifact.result);
  const target = store.uri(partitionKey(job.exportName, job.partition));
  return ok({ reason: "superseded", target, runId: published.manifest.run.id, ...keepReason, copy: copy.value?.uri ?? null });
}

/** The copy is not proven later, but the result was proven when it was staged: so the copy must have the announced size. */
async function keepCopy(
  ports: StagePorts,
  { job, store }: { readonly job: ArchivingJob; readonly store: ObjectStore },
  signal: AbortSignal,
): Promise<Result<QuarantineCopy, Failure>> {
  if (job.quarantine && wrongSize(job.quarantine, job.announced) === null) return ok(job.quarantine);
  const copied = await quarantineJob(ports, { job, store }, signal);
  const wrong = copied.ok ? wrongSize(copied.value, job.announced) : null;
  return wrong ? err(wrong) : copied;
}
