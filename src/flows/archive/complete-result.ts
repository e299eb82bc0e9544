import { MINUTE_MS, SECOND_MS } from "../../core/base/clock.ts";
import type { Failure } from "../../core/base/failure.ts";
import type { ArchivingJob } from "../../core/persistence/job-repository.ts";
import { applyEvent } from "../jobs/apply-event.ts";
import { endJob, resumeDeferred } from "../jobs/end-job.ts";
import { finishRun } from "../jobs/finish-run.ts";
import { loadPartition } from "../publish/load-partition.ts";
import { dropCopy } from "../quarantine/quarantine-result.ts";
import type { ArchiveOutcome, ArchivePorts, Published, WaitsFor } from "./archive-job.ts";

/**
 * How soon a deferred result looks again. The last of its chunks wakes it earlier; a worker that publishes another run's partition does not
 * know of it.
 */
const DEFER_MS: Readonly<Record<WaitsFor, number>> = { chunks: 10 * MINUTE_MS, partition: 15 * SECOND_MS };

/** Stores how the work on a claimed result ended. */
export async function completeResult(ports: ArchivePorts, job: ArchivingJob, archived: ArchiveOutcome): Promise<void> {
  switch (archived.outcome) {
    case "published":
      return await complete(ports, job, archived);
    case "waiting":
      return await defer(ports, job, archived.waitsFor);
    case "superseded":
      return await supersede(ports, job, archived.failure);
    case "quarantined": {
      const ready = await applyEvent(ports, job, { type: "quarantined", copy: archived.copy });
      if (ready) ports.wakeUps.send([{ role: "archive", id: ready.id }]);
    }
  }
}

/**
 * The partition is published, and with it the chunks that were deferred for it, including those deferred only now. A chunk that another
 * worker has claimed is completed there.
 */
async function complete(ports: ArchivePorts, job: ArchivingJob, { contents: { staged }, store }: Published): Promise<void> {
  if (!(await applyEvent(ports, job, { type: "archived" }))) return;
  if (job.quarantine) await dropCopy(store, job.quarantine, job);
  const published = new Set(staged.map((chunk) => chunk.artifact.uri));
  const others = staged.length > 1 ? (await loadPartition(ports, job)).staged : [];
  for (const { job: other, artifact } of others) {
    const isPublished = published.has(artifact.uri) && artifact.committedAt !== null;
    if (!isPublished || other.state !== "ready" || !(await applyEvent(ports, other, { type: "archived" }))) continue;
    if (other.quarantine) await dropCopy(store, other.quarantine, other);
  }
  await finishRun(ports, job.runId);
}

async function supersede(ports: ArchivePorts, job: ArchivingJob, failure: Failure): Promise<void> {
  const ended = await applyEvent(ports, job, { type: "superseded", failure });
  if (ended) await endJob(ports, ended);
}

/** The worker that holds the partition may not have known yet that this chunk is free: then it is archived at once. */
async function defer(ports: ArchivePorts, job: ArchivingJob, waitsFor: WaitsFor): Promise<void> {
  const delayMs = DEFER_MS[waitsFor];
  const until = new Date(ports.clock.now().getTime() + delayMs);
  const ready = await applyEvent(ports, job, { type: "deferred", until });
  if (!ready) return;
  const { isWaiting, isShared } = await loadPartition(ports, job);
  if (!isWaiting && !isShared) return await resumeDeferred(ports, ready);
  if (waitsFor === "partition") ports.wakeUps.send([{ role: "archive", id: ready.id }], { delayMs });
}
