import { MINUTE_MS } from "../core/clock.ts";
import type { Failure } from "../core/failure.ts";
import type { Archiving, Job, JobFacts } from "../core/job.ts";
import { rawArtifactKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type Result, err, ok } from "../core/result.ts";
import { ARCHIVE_RETRY, retryAt } from "../core/retry-policy.ts";
import type { Artifact } from "../core/stores.ts";
import { applyEvent } from "./apply-event.ts";
import { endJob, wake } from "./end-job.ts";
import { finishRun } from "./finish-run.ts";
import { type Folder, loadFolder } from "./folder.ts";
import { openRestOf } from "./open-rest.ts";
import type { Ports } from "./ports.ts";
import { publish } from "./publish.ts";
import { LEASE_MS, withLease } from "./with-lease.ts";

type ArchivePorts = Pick<
  Ports,
  | "stores"
  | "queue"
  | "catalog"
  | "findSmartSync"
  | "findObjectStore"
  | "stageResult"
  | "clock"
  | "newId"
  | "random"
  | "emit"
  | "toolVersion"
>;

type ArchivingJob = JobFacts & Archiving;

/** `null`: the result is staged, and other parts of its folder are still on their way. */
type Outcome = Result<Folder | null, Failure>;

/** A staged part looks again this often, though the last of the others wakes it. */
const SET_ASIDE_MS = 10 * MINUTE_MS;

/**
 * Archives the ready result whose deadline comes first, whichever message woke us. `false`: there was nothing to do.
 */
export async function archiveNext(ports: ArchivePorts, signal?: AbortSignal): Promise<boolean> {
  const job = await take(ports);
  if (!job) return false;
  const outcome = await withLease(ports, job, (leased) => archive(ports, job, leased), signal);
  if (!outcome.ok) await putBack(ports, job, signal?.aborted ? { reason: "interrupted" } : outcome.error);
  else if (outcome.value) await complete(ports, job, outcome.value);
  else await setAside(ports, job);
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

async function archive(ports: ArchivePorts, job: ArchivingJob, signal: AbortSignal): Promise<Outcome> {
  const store = ports.findObjectStore(job.destination);
  if (!store) return err({ reason: "destination-unknown", destination: job.destination });
  if ((await ports.stores.artifacts.find(job.id)) === null) {
    const staged = await stage(ports, job, store, signal);
    if (!staged.ok) return staged;
  }
  const folder = await loadFolder(ports, job);
  if (folder.isWaiting) return ok(null);
  const published = await publish(ports, store, folder);
  if (published.ok) return ok(folder);
  const { failure, part } = published.error;
  if (failure.reason !== "upload-vanished" || !part) return err(failure);
  // What was staged is gone, so it is fetched again: here, or by whoever takes that part.
  await ports.stores.artifacts.forget(part.job.id);
  if (part.job.id === job.id) return await archive(ports, job, signal);
  await wake(ports, part.job);
  return ok(null);
}

async function stage(ports: ArchivePorts, job: ArchivingJob, store: ObjectStore, signal: AbortSignal): Promise<Result<void, Failure>> {
  const client = ports.findSmartSync(job.connection);
  if (!client) return err({ reason: "connection-unknown", connection: job.connection });
  const opened = await client.openResult(job.vendorJobId, signal);
  if (!opened.ok) return opened;
  const key = rawArtifactKey(job.exportName, job.partition, job);
  const { outputFormat, announced } = job;
  const openRest = openRestOf(ports, client, { job, signal });
  const request = { result: opened.value, store, key, outputFormat, announced, signal };
  const staged = await ports.stageResult(openRest ? { ...request, openRest } : request);
  if (!staged.ok) return staged;
  const artifact: Artifact = { jobId: job.id, uri: store.uri(key), result: staged.value, committedAt: null };
  await ports.stores.artifacts.stage(artifact);
  return ok(undefined);
}

/** The folder is published: so are the parts that were set aside for it. One that is in another worker's hands is ended there. */
async function complete(ports: ArchivePorts, job: ArchivingJob, { staged }: Folder): Promise<void> {
  for (const part of staged) {
    const isOurs = part.job.id === job.id;
    if (isOurs || part.job.state === "ready") await applyEvent(ports, isOurs ? job : part.job, { type: "archived" });
  }
  await finishRun(ports, job.runId);
}

/** Whoever publishes the folder may not have known yet that this part is free: then it comes back at once. */
async function setAside(ports: ArchivePorts, job: ArchivingJob): Promise<void> {
  const until = new Date(ports.clock.now().getTime() + SET_ASIDE_MS);
  const ready = await applyEvent(ports, job, { type: "set-aside", until });
  if (ready && !(await loadFolder(ports, job)).isWaiting) await wake(ports, ready);
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
  const lost = await applyEvent(ports, ready, { type: "lost", failure });
  if (lost) await endJob(ports, lost);
}
