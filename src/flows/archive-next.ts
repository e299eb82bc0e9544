import type { Failure } from "../core/failure.ts";
import type { Archiving, Job, JobFacts } from "../core/job.ts";
import { rawArtifactKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type Result, err, ok } from "../core/result.ts";
import { ARCHIVE_RETRY, retryAt } from "../core/retry-policy.ts";
import type { Artifact } from "../core/stores.ts";
import { applyEvent } from "./apply-event.ts";
import { finishRun } from "./finish-run.ts";
import type { Ports } from "./ports.ts";
import { publish } from "./publish.ts";
import { LEASE_MS, withLease } from "./with-lease.ts";

type ArchivePorts = Pick<
  Ports,
  "stores" | "queue" | "findSmartSync" | "findObjectStore" | "stageResult" | "clock" | "newId" | "random" | "emit" | "toolVersion"
>;

type ArchivingJob = JobFacts & Archiving;

/**
 * Archives the ready result whose deadline comes first, whichever message woke us. `false`: there was nothing to do.
 */
export async function archiveNext(ports: ArchivePorts, signal?: AbortSignal): Promise<boolean> {
  const job = await take(ports);
  if (!job) return false;
  const outcome = await withLease(ports, job, (leased) => archive(ports, job, leased), signal);
  if (outcome.ok) await complete(ports, job);
  else await putBack(ports, job, signal?.aborted ? { reason: "interrupted" } : outcome.error);
  return true;
}

async function take(ports: ArchivePorts): Promise<ArchivingJob | null> {
  for (;;) {
    const now = ports.clock.now();
    const ready = await ports.stores.jobs.nextReady(now);
    if (!ready) return null;
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    const taken = await applyEvent(ports, ready, { type: "taken", token: ports.newId(), leaseUntil });
    if (taken?.state === "archiving") return taken;
  }
}

async function archive(ports: ArchivePorts, job: ArchivingJob, signal: AbortSignal): Promise<Result<void, Failure>> {
  const store = ports.findObjectStore(job.destination);
  if (!store) return err({ reason: "destination-unknown", destination: job.destination });
  const earlier = await ports.stores.artifacts.find(job.id);
  if (earlier) {
    const published = await publish(ports, { store, job, artifact: earlier });
    if (published.ok || published.error.reason !== "upload-vanished") return published;
    await ports.stores.artifacts.forget(job.id);
  }
  const artifact = await stage(ports, job, store, signal);
  return artifact.ok ? await publish(ports, { store, job, artifact: artifact.value }) : artifact;
}

async function stage(ports: ArchivePorts, job: ArchivingJob, store: ObjectStore, signal: AbortSignal): Promise<Result<Artifact, Failure>> {
  const client = ports.findSmartSync(job.connection);
  if (!client) return err({ reason: "connection-unknown", connection: job.connection });
  const opened = await client.openResult(job.vendorJobId, signal);
  if (!opened.ok) return opened;
  const key = rawArtifactKey(job.exportName, job.interval, job);
  const { outputFormat, announced } = job;
  const staged = await ports.stageResult({ result: opened.value, store, key, outputFormat, announced, signal });
  if (!staged.ok) return staged;
  const artifact: Artifact = { jobId: job.id, uri: store.uri(key), result: staged.value, committedAt: null };
  await ports.stores.artifacts.stage(artifact);
  return ok(artifact);
}

async function complete(ports: ArchivePorts, job: ArchivingJob): Promise<void> {
  if (await applyEvent(ports, job, { type: "archived" })) await finishRun(ports, job.runId);
}

/** The result stays on the server, and somebody comes back for it; only when it is gone there after its deadline is it lost. */
async function putBack(ports: ArchivePorts, job: ArchivingJob, failure: Failure): Promise<void> {
  const now = ports.clock.now();
  const again = failure.reason === "interrupted" ? now : retryAt(ARCHIVE_RETRY, job.attempt, failure, { now, random: ports.random() });
  const ready = await applyEvent(ports, job, { type: "put-back", failure, retryAt: again });
  if (!ready) return;
  if (failure.reason === "job-unknown" && now >= job.deadline) return await lose(ports, ready, failure);
  const delayMs = Math.max(0, again.getTime() - now.getTime());
  await ports.queue.send({ queue: "archive", jobId: ready.id, version: ready.version }, { delayMs });
}

async function lose(ports: ArchivePorts, ready: Job, failure: Failure): Promise<void> {
  if (await applyEvent(ports, ready, { type: "lost", failure })) await finishRun(ports, ready.runId);
}
