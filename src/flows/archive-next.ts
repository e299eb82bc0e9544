import { MINUTE_MS, SECOND_MS } from "../core/clock.ts";
import type { Failure } from "../core/failure.ts";
import { applyEvent } from "./apply-event.ts";
import { type Archived, archiveJob, type ArchivePorts, type Published } from "./archive-job.ts";
import { endJob, wake } from "./end-job.ts";
import { finishRun } from "./finish-run.ts";
import { loadFolder } from "./folder.ts";
import { letGo } from "./let-go.ts";
import { reportFailure, reportSuccess } from "./report-outcome.ts";
import { dropCopy } from "./rescue-result.ts";
import { type ArchivingJob, systemsOf, takeResult } from "./take-result.ts";
import { withLease } from "./with-lease.ts";

/** How soon a staged part looks again: the last of the others wakes it, but who publishes another run's folder does not know of it. */
const SET_ASIDE_MS = { parts: 10 * MINUTE_MS, folder: 15 * SECOND_MS } as const;

/**
 * Archives the ready result whose deadline comes first, whichever message woke us; one in danger is copied raw before anything else
 * is asked of it. `false`: there was nothing to do.
 */
export async function archiveNext(ports: ArchivePorts, signal?: AbortSignal): Promise<boolean> {
  const taken = await takeResult(ports);
  if (!taken) return false;
  const { job, passage } = taken;
  const lease = { until: job.leaseUntil, extend: (until: Date) => ports.stores.jobs.extendLease(job.id, job.token, until) };
  const done = await withLease(ports, lease, (leased, isHeld) => archiveJob(ports, job, { signal: leased, isHeld }), signal);
  if (done.ok) {
    await keep(ports, job, done.value);
    await reportSuccess(ports, passage);
  } else {
    const failure: Failure = signal?.aborted ? { reason: "interrupted" } : done.error.failure;
    await reportFailure(ports, systemsOf(job), failure);
    await letGo(ports, job, { ...done.error, failure }, signal);
  }
  return true;
}

async function keep(ports: ArchivePorts, job: ArchivingJob, archived: Archived): Promise<void> {
  if (archived.outcome === "published") return await complete(ports, job, archived);
  if (archived.outcome === "waiting") return await setAside(ports, job, archived.waitsFor);
  if (archived.outcome === "outdone") return await end(ports, job, archived.failure);
  const ready = await applyEvent(ports, job, { type: "rescued", copy: archived.copy });
  if (ready) await ports.queue.send({ queue: "archive", jobId: ready.id, version: ready.version });
}

/**
 * The folder is published: so are the parts that were set aside for it, also those that were only now. One that is in another worker's
 * hands is ended there.
 */
async function complete(ports: ArchivePorts, job: ArchivingJob, { folder: { staged }, store }: Published): Promise<void> {
  if (!(await applyEvent(ports, job, { type: "archived" }))) return;
  if (job.rescue) await dropCopy(store, job.rescue, job);
  const published = new Set(staged.map((part) => part.artifact.uri));
  for (const part of staged.length > 1 ? (await loadFolder(ports, job)).staged : []) {
    const isPublished = published.has(part.artifact.uri) && part.artifact.committedAt !== null;
    if (!isPublished || part.job.state !== "ready" || !(await applyEvent(ports, part.job, { type: "archived" }))) continue;
    if (part.job.rescue) await dropCopy(store, part.job.rescue, part.job);
  }
  await finishRun(ports, job.runId);
}

async function end(ports: ArchivePorts, job: ArchivingJob, failure: Failure): Promise<void> {
  const ended = await applyEvent(ports, job, { type: "outdone", failure });
  if (ended) await endJob(ports, ended);
}

/** Whoever has the folder in hand may not have known yet that this part is free: then it comes back at once. */
async function setAside(ports: ArchivePorts, job: ArchivingJob, waitsFor: "parts" | "folder"): Promise<void> {
  const delayMs = SET_ASIDE_MS[waitsFor];
  const until = new Date(ports.clock.now().getTime() + delayMs);
  const ready = await applyEvent(ports, job, { type: "set-aside", until });
  if (!ready) return;
  const { isWaiting, isShared } = await loadFolder(ports, job);
  if (!isWaiting && !isShared) return await wake(ports, ready);
  if (waitsFor === "folder") await ports.queue.send({ queue: "archive", jobId: ready.id, version: ready.version }, { delayMs });
}
