import { warningLevel } from "../../core/alerts/deadline-warning.ts";
import { type Failure, isResultFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { Artifact } from "../../core/jobs/artifact.ts";
import type { ArchivingJob } from "../../core/persistence/job-repository.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { QuarantineCopy } from "../../core/ports/stored-object.ts";
import { resumeDeferred } from "../jobs/end-job.ts";
import type { LeaseHold } from "../leases/with-lease.ts";
import type { Ports } from "../ports/ports.ts";
import { keepPublished } from "../publish/keep-published.ts";
import { type PartitionContents, loadPartition } from "../publish/load-partition.ts";
import type { PublishFailure } from "../publish/make-visible.ts";
import { publish } from "../publish/publish.ts";
import { hasCopy } from "../quarantine/quarantine-result.ts";
import { quarantineJob, stageJob } from "../transfer/stage-job.ts";
import type { NotArchived } from "./release-result.ts";

export type ArchivePorts = Pick<
  Ports,
  | "repositories"
  | "wakeUps"
  | "registry"
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

export interface Published {
  readonly outcome: "published";
  readonly contents: PartitionContents;
  readonly store: ObjectStore;
}

/** What a deferred result waits for: other chunks of its partition, or a worker that may be publishing the partition. */
export type WaitsFor = "chunks" | "partition";

/** `waiting`: the result is staged. `superseded`: the published partition stays, and the result is not published. */
export type ArchiveOutcome =
  | Published
  | { readonly outcome: "waiting"; readonly waitsFor: WaitsFor }
  | { readonly outcome: "quarantined"; readonly copy: QuarantineCopy }
  | { readonly outcome: "superseded"; readonly failure: Failure };

type Archived = Result<ArchiveOutcome, NotArchived>;

interface Claimed {
  readonly job: ArchivingJob;
  readonly store: ObjectStore;
}

/** Stages a result, and publishes its partition when no other chunk of it is on its way. A result near its deadline is quarantined first. */
export async function archiveJob(
  ports: ArchivePorts,
  { job, artifact }: { readonly job: ArchivingJob; readonly artifact: Artifact | null },
  hold: LeaseHold,
): Promise<Archived> {
  const store = ports.findObjectStore(job.destination);
  if (!store) return failed({ reason: "destination-unknown", destination: job.destination });
  if (artifact) return await publishStaged(ports, { job, store }, { hold, isSecondAttempt: false });
  return await stageAndPublish(ports, { job, store }, { hold, isSecondAttempt: false });
}

interface Attempt {
  readonly hold: LeaseHold;
  readonly isSecondAttempt: boolean;
}

async function stageAndPublish(ports: ArchivePorts, claimed: Claimed, attempt: Attempt): Promise<Archived> {
  const { job } = claimed;
  if (await needsQuarantine(claimed, ports.clock.now())) return await quarantine(ports, claimed, attempt.hold);
  const staged = await stageJob(ports, claimed, attempt.hold);
  if (!staged.ok) return failed(staged.error, job.quarantine !== null && isResultFailure(staged.error));
  return await publishStaged(ports, claimed, attempt);
}

async function publishStaged(ports: ArchivePorts, claimed: Claimed, attempt: Attempt): Promise<Archived> {
  const { job, store } = claimed;
  const { hold } = attempt;
  const contents = await loadPartition(ports, job);
  if (contents.isWaiting && (await needsSafety(claimed, ports.clock.now()))) return await quarantine(ports, claimed, hold);
  if (contents.isWaiting) return ok({ outcome: "waiting", waitsFor: "chunks" });
  if (contents.isShared) return ok({ outcome: "waiting", waitsFor: "partition" });
  const published = await publish(ports, { store, contents, isHeld: hold.isHeld });
  if (!published.ok) return await afterPublishing(ports, claimed, { ...published.error, attempt });
  if (published.value.outcome === "published") return ok({ outcome: "published", contents, store });
  const kept = await keepPublished(ports, job, { store, ...published.value }, hold.signal);
  return kept.ok ? ok({ outcome: "superseded", failure: kept.value }) : failed(kept.error);
}

/** A staged upload may have vanished. Our own result is fetched again once, here and now; another chunk is left to its own worker. */
async function afterPublishing(
  ports: ArchivePorts,
  claimed: Claimed,
  { failure, chunk, attempt }: PublishFailure & { readonly attempt: Attempt },
): Promise<Archived> {
  if (failure.reason !== "upload-vanished" || !chunk) return failed(failure);
  // What the tables hold now may belong to another worker.
  if (!attempt.hold.isHeld()) return failed({ reason: "interrupted" });
  await ports.repositories.artifacts.forget(chunk.job.id);
  if (chunk.job.id === claimed.job.id) {
    return attempt.isSecondAttempt ? failed(failure) : await stageAndPublish(ports, claimed, { ...attempt, isSecondAttempt: true });
  }
  await resumeDeferred(ports, chunk.job);
  return ok({ outcome: "waiting", waitsFor: "chunks" });
}

function failed(failure: Failure, isOfCopy = false): Result<never, NotArchived> {
  return err({ failure, isOfCopy });
}

async function quarantine(ports: ArchivePorts, claimed: Claimed, { signal }: LeaseHold): Promise<Archived> {
  const copy = await quarantineJob(ports, claimed, signal);
  return copy.ok ? ok({ outcome: "quarantined", copy: copy.value }) : failed(copy.error);
}

/** A copy that was found wrong stays for the operator. Copying it again would not help. */
async function needsQuarantine({ job, store }: Claimed, now: Date): Promise<boolean> {
  if (job.quarantine !== null || warningLevel(job.deadline, now) === null) return false;
  const wasWrong = job.lastFailure !== null && isResultFailure(job.lastFailure);
  return !wasWrong || !(await hasCopy(store, job));
}

/** An incomplete upload is no safe place for the only copy: object stores abort uploads by rules of their own. */
async function needsSafety(claimed: Claimed, now: Date): Promise<boolean> {
  return now < claimed.job.deadline && (await needsQuarantine(claimed, now));
}
