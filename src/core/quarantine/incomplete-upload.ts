import { HOUR_MS } from "../base/clock.ts";
import type { Job } from "../jobs/job.ts";
import { rawArtifactKey, readQuarantineKey } from "../publish/object-key.ts";
import type { IncompleteUpload } from "../ports/object-store.ts";

/** A younger upload may have been begun just before a crash, by a worker whose lease has not expired yet. */
const ABANDONED_AFTER_MS = HOUR_MS;

/** No table says which worker copies a result into quarantine. WFM keeps results for two days at most, so an older copy has ended. */
const QUARANTINE_ABANDONED_AFTER_MS = 48 * HOUR_MS;

export interface UploadEvidence {
  /** Where the upload was found. */
  readonly destination: string;
  /** Every job whose result belongs to the partition in the key. */
  readonly jobs: readonly Job[];
  /** Ids of the uploads that are staged for one of these jobs and wait to be committed. */
  readonly stagedIds: ReadonlySet<string>;
  readonly isConnection: (name: string) => boolean;
}

/** Whether an upload is too young to be abandoned, wherever it is. */
export function isYoung({ startedAt }: IncompleteUpload, now: Date): boolean {
  return now.getTime() - startedAt.getTime() < ABANDONED_AFTER_MS;
}

/**
 * Whether an incomplete upload is ours and no worker will complete it. Other programs may use the bucket as well, so an upload that is not
 * certainly ours is never aborted.
 */
export function isAbandoned(upload: IncompleteUpload, evidence: UploadEvidence, now: Date): boolean {
  const { destination, jobs, stagedIds, isConnection } = evidence;
  const quarantined = readQuarantineKey(upload.key);
  if (quarantined !== null) return isConnection(quarantined) && now.getTime() - upload.startedAt.getTime() >= QUARANTINE_ABANDONED_AFTER_MS;
  if (isYoung(upload, now) || stagedIds.has(upload.uploadId)) return false;
  const owners = jobs.filter((job) => rawArtifactKey(job.exportName, job.partition, job) === upload.key);
  // Two destinations may be the same bucket. A job of the other destination can protect an upload, but cannot make it ours.
  return owners.some((job) => job.destination === destination) && owners.every((job) => job.state !== "archiving");
}
