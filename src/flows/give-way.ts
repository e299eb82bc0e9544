import { type Edition, isInside } from "../core/edition.ts";
import type { Failure, Precedence } from "../core/failure.ts";
import { partitionKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type RescuedCopy, wrongSize } from "../core/rescue.ts";
import { type Result, err, ok } from "../core/result.ts";
import { dropCopy } from "./rescue-result.ts";
import { rescueJob, type StagePorts } from "./stage-job.ts";
import type { ArchivingJob } from "./take-result.ts";

export interface Outdone {
  readonly store: ObjectStore;
  readonly precedence: Precedence;
  readonly standing: Edition;
}

/**
 * What was staged is taken back, because its folder keeps what stands there. A result that is newer than that, or that has what it has
 * not, is kept raw, since it is nowhere else. Comes to why the job is over.
 */
export async function giveWay(
  ports: StagePorts,
  job: ArchivingJob,
  { store, precedence, standing }: Outdone,
  signal: AbortSignal,
): Promise<Result<Failure, Failure>> {
  const kept = isInside(job, standing) ? ok(null) : await keepRaw(ports, { job, store }, signal);
  if (!kept.ok) return kept;
  if (kept.value === null && job.rescue) await dropCopy(store, job.rescue, job);
  const artifact = await ports.stores.artifacts.find(job.id);
  await ports.stores.artifacts.forget(job.id);
  // What cannot be taken back now is a stray upload, and the sweep's.
  if (artifact) await store.discard(artifact.result);
  const target = store.uri(partitionKey(job.exportName, job.partition));
  return ok({ reason: "edition-outdone", target, runId: standing.manifest.run.id, ...precedence, copy: kept.value?.uri ?? null });
}

/** Nobody proves this copy later; but the result was proven when it was staged, so it has the size that was announced. */
async function keepRaw(
  ports: StagePorts,
  { job, store }: { readonly job: ArchivingJob; readonly store: ObjectStore },
  signal: AbortSignal,
): Promise<Result<RescuedCopy, Failure>> {
  if (job.rescue && wrongSize(job.rescue, job.announced) === null) return ok(job.rescue);
  const copied = await rescueJob(ports, { job, store }, signal);
  const wrong = copied.ok ? wrongSize(copied.value, job.announced) : null;
  return wrong ? err(wrong) : copied;
}
