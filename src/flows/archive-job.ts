import { dangerLevel } from "../core/danger.ts";
import { type Failure, isResultFailure } from "../core/failure.ts";
import type { ObjectStore } from "../core/object-store.ts";
import type { RescuedCopy } from "../core/rescue.ts";
import { type Result, err, ok } from "../core/result.ts";
import { wake } from "./end-job.ts";
import { type Folder, loadFolder } from "./folder.ts";
import { giveWay } from "./give-way.ts";
import type { NotArchived } from "./let-go.ts";
import type { Ports } from "./ports.ts";
import { publish, type PublishFailure } from "./publish.ts";
import { hasCopy } from "./rescue-result.ts";
import { rescueJob, stageJob } from "./stage-job.ts";
import type { ArchivingJob } from "./take-result.ts";
import type { Held } from "./with-lease.ts";

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

export interface Published {
  readonly outcome: "published";
  readonly folder: Folder;
  readonly store: ObjectStore;
}

/**
 * `waiting`: the result is staged, and other parts of its folder are still on their way; or the folder is in the hands of somebody who
 * may publish it. `outdone`: it is not published, because its folder keeps what stands there.
 */
export type Archived =
  | Published
  | { readonly outcome: "waiting"; readonly waitsFor: "parts" | "folder" }
  | { readonly outcome: "rescued"; readonly copy: RescuedCopy }
  | { readonly outcome: "outdone"; readonly failure: Failure };

/** A job in hand, and where its result goes. */
interface InHand {
  readonly job: ArchivingJob;
  readonly store: ObjectStore;
}

/** Brings a result into its folder: stages it, and publishes the folder when nothing else of it is on its way. */
export async function archiveJob(ports: ArchivePorts, job: ArchivingJob, held: Held): Promise<Result<Archived, NotArchived>> {
  const store = ports.findObjectStore(job.destination);
  if (!store) return broken({ reason: "destination-unknown", destination: job.destination });
  return await archive(ports, { job, store }, held);
}

async function archive(ports: ArchivePorts, inHand: InHand, held: Held, isAgain = false): Promise<Result<Archived, NotArchived>> {
  const { job, store } = inHand;
  if ((await ports.stores.artifacts.find(job.id)) === null) {
    if (await needsRescue(inHand, ports.clock.now())) return await rescue(ports, inHand, held);
    const staged = await stageJob(ports, inHand, held);
    if (!staged.ok) return broken(staged.error, job.rescue !== null && isResultFailure(staged.error));
  }
  const folder = await loadFolder(ports, job);
  if (folder.isWaiting && (await needsSafety(inHand, ports.clock.now()))) return await rescue(ports, inHand, held);
  if (folder.isWaiting || folder.isShared) return ok({ outcome: "waiting", waitsFor: folder.isWaiting ? "parts" : "folder" });
  const published = await publish(ports, { store, folder, isHeld: held.isHeld });
  if (!published.ok) return await afterPublishing(ports, inHand, published.error, { held, isAgain });
  if (published.value.outcome === "published") return ok({ outcome: "published", folder, store });
  const given = await giveWay(ports, job, { store, ...published.value }, held.signal);
  return given.ok ? ok({ outcome: "outdone", failure: given.value }) : broken(given.error);
}

/** What was staged may be gone: then it is fetched again, here and now once, or by whoever takes that part. */
async function afterPublishing(
  ports: ArchivePorts,
  inHand: InHand,
  { failure, part }: PublishFailure,
  { held, isAgain }: { readonly held: Held; readonly isAgain: boolean },
): Promise<Result<Archived, NotArchived>> {
  if (failure.reason !== "upload-vanished" || !part) return broken(failure);
  // What is remembered now may be somebody else's.
  if (!held.isHeld()) return broken({ reason: "interrupted" });
  await ports.stores.artifacts.forget(part.job.id);
  if (part.job.id === inHand.job.id) return isAgain ? broken(failure) : await archive(ports, inHand, held, true);
  await wake(ports, part.job);
  return ok({ outcome: "waiting", waitsFor: "parts" });
}

function broken(failure: Failure, isOfCopy = false): Result<never, NotArchived> {
  return err({ failure, isOfCopy });
}

async function rescue(ports: ArchivePorts, inHand: InHand, { signal }: Held): Promise<Result<Archived, NotArchived>> {
  const copy = await rescueJob(ports, inHand, signal);
  return copy.ok ? ok({ outcome: "rescued", copy: copy.value }) : broken(copy.error);
}

/** A copy that was found wrong stays where it is, for people; to make another one each time would help nobody. */
async function needsRescue({ job, store }: InHand, now: Date): Promise<boolean> {
  if (job.rescue !== null || dangerLevel(job.deadline, now) === null) return false;
  const wasWrong = job.lastFailure !== null && isResultFailure(job.lastFailure);
  return !wasWrong || !(await hasCopy(store, job));
}

/** An upload that nobody completes is no safe place for the only copy: stores take such away, by rules of their own. */
async function needsSafety(inHand: InHand, now: Date): Promise<boolean> {
  return now < inHand.job.deadline && (await needsRescue(inHand, now));
}
