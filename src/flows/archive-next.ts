import { MINUTE_MS } from "../core/clock.ts";
import { dangerLevel } from "../core/danger.ts";
import { type Failure, isResultFailure } from "../core/failure.ts";
import type { ObjectStore } from "../core/object-store.ts";
import type { RescuedCopy } from "../core/rescue.ts";
import { type Result, err, ok } from "../core/result.ts";
import { applyEvent } from "./apply-event.ts";
import { wake } from "./end-job.ts";
import { finishRun } from "./finish-run.ts";
import { type Folder, loadFolder } from "./folder.ts";
import { type NotArchived, letGo } from "./let-go.ts";
import type { Ports } from "./ports.ts";
import { publish } from "./publish.ts";
import { reportFailure, reportSuccess } from "./report-outcome.ts";
import { dropCopy, hasCopy } from "./rescue-result.ts";
import { rescueJob, stageJob } from "./stage-job.ts";
import { type ArchivingJob, systemsOf, takeResult } from "./take-result.ts";
import { type Held, withLease } from "./with-lease.ts";

export type ArchivePorts = Pick<
  Ports,
  | "stores"
  | "queue"
  | "catalog"
  | "findSmartSync"
  | "findObjectStore"
  | "stageResult"
  | "copyResult"
  | "clock"
  | "newId"
  | "random"
  | "emit"
  | "toolVersion"
>;

interface Published {
  readonly outcome: "published";
  readonly folder: Folder;
  readonly store: ObjectStore;
}

/**
 * `waiting`: the result is staged, and other parts of its folder are still on their way, or in the hands of somebody who may publish
 * it.
 */
type Archived = Published | { readonly outcome: "waiting" } | { readonly outcome: "rescued"; readonly copy: RescuedCopy };

/** A staged part looks again this often, though the last of the others wakes it. */
const SET_ASIDE_MS = 10 * MINUTE_MS;

/**
 * Archives the ready result whose deadline comes first, whichever message woke us; one in danger is copied raw before anything else
 * is asked of it. `false`: there was nothing to do.
 */
export async function archiveNext(ports: ArchivePorts, signal?: AbortSignal): Promise<boolean> {
  const taken = await takeResult(ports);
  if (!taken) return false;
  const { job, passage } = taken;
  const lease = { until: job.leaseUntil, extend: (until: Date) => ports.stores.jobs.extendLease(job.id, job.token, until) };
  const done = await withLease(ports, lease, (leased, isHeld) => archive(ports, job, { signal: leased, isHeld }), signal);
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

async function archive(ports: ArchivePorts, job: ArchivingJob, held: Held): Promise<Result<Archived, NotArchived>> {
  const store = ports.findObjectStore(job.destination);
  if (!store) return broken({ reason: "destination-unknown", destination: job.destination });
  if ((await ports.stores.artifacts.find(job.id)) === null) {
    if (await needsRescue(store, job, ports.clock.now())) {
      const copy = await rescueJob(ports, { job, store }, held.signal);
      return copy.ok ? ok({ outcome: "rescued", copy: copy.value }) : broken(copy.error);
    }
    const staged = await stageJob(ports, { job, store }, held);
    if (!staged.ok) return broken(staged.error, job.rescue !== null && isResultFailure(staged.error));
  }
  const folder = await loadFolder(ports, job);
  if (folder.isWaiting || folder.isShared) return ok({ outcome: "waiting" });
  const published = await publish(ports, { store, folder, isHeld: held.isHeld });
  if (published.ok) return ok({ outcome: "published", folder, store });
  const { failure, part } = published.error;
  if (failure.reason !== "upload-vanished" || !part) return broken(failure);
  // What is remembered now may be somebody else's.
  if (!held.isHeld()) return broken({ reason: "interrupted" });
  // What was staged is gone, so it is fetched again: here, or by whoever takes that part.
  await ports.stores.artifacts.forget(part.job.id);
  if (part.job.id === job.id) return await archive(ports, job, held);
  await wake(ports, part.job);
  return ok({ outcome: "waiting" });
}

function broken(failure: Failure, isOfCopy = false): Result<Archived, NotArchived> {
  return err({ failure, isOfCopy });
}

/** A copy that was found wrong stays where it is, for people; to make another one each time would help nobody. */
async function needsRescue(store: ObjectStore, job: ArchivingJob, now: Date): Promise<boolean> {
  if (job.rescue !== null || dangerLevel(job.deadline, now) === null) return false;
  const wasWrong = job.lastFailure !== null && isResultFailure(job.lastFailure);
  return !wasWrong || !(await hasCopy(store, job));
}

async function keep(ports: ArchivePorts, job: ArchivingJob, archived: Archived): Promise<void> {
  if (archived.outcome === "published") return await complete(ports, job, archived);
  if (archived.outcome === "waiting") return await setAside(ports, job);
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

/** Whoever has the folder in hand may not have known yet that this part is free: then it comes back at once. */
async function setAside(ports: ArchivePorts, job: ArchivingJob): Promise<void> {
  const until = new Date(ports.clock.now().getTime() + SET_ASIDE_MS);
  const ready = await applyEvent(ports, job, { type: "set-aside", until });
  if (!ready) return;
  const { isWaiting, isShared } = await loadFolder(ports, job);
  if (!isWaiting && !isShared) await wake(ports, ready);
}
