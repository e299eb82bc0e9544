import { HOUR_MS } from "./clock.ts";
import type { Job } from "./job.ts";
import { rawArtifactKey, readRescuedKey } from "./object-key.ts";
import type { UnfinishedUpload } from "./object-store.ts";

/** Whoever stages a result is known by its job from the first byte; an upload this young may be from just before a crash. */
const STRAY_AFTER_MS = HOUR_MS;

/** Who rescues an orphan's result is in no table. WFM keeps a result for two days at most, so nobody is still fetching that one. */
const RESCUE_STRAY_AFTER_MS = 48 * HOUR_MS;

export interface UploadEvidence {
  /** Where the upload was found. */
  readonly destination: string;
  /** Every job whose result goes into the folder that the key tells. */
  readonly jobs: readonly Job[];
  /** Ids of uploads that are staged for one of these jobs: they wait to be committed. */
  readonly stagedIds: ReadonlySet<string>;
  readonly isConnection: (name: string) => boolean;
}

/** Too young to be anybody's leftover, wherever it lies. */
export function isYoung({ startedAt }: UnfinishedUpload, now: Date): boolean {
  return now.getTime() - startedAt.getTime() < STRAY_AFTER_MS;
}

/**
 * Whether an unfinished upload is ours and nobody will finish it. In a bucket that others use, too, everything that is not certainly
 * ours is left alone.
 */
export function isStray(upload: UnfinishedUpload, evidence: UploadEvidence, now: Date): boolean {
  const { destination, jobs, stagedIds, isConnection } = evidence;
  const rescued = readRescuedKey(upload.key);
  if (rescued !== null) return isConnection(rescued) && now.getTime() - upload.startedAt.getTime() >= RESCUE_STRAY_AFTER_MS;
  if (isYoung(upload, now) || stagedIds.has(upload.uploadId)) return false;
  const owners = jobs.filter((job) => rawArtifactKey(job.exportName, job.partition, job) === upload.key);
  // Two destinations may be one bucket: a job of the other keeps an upload from being aborted, but does not make it ours.
  return owners.some((job) => job.destination === destination) && owners.every((job) => job.state !== "archiving");
}
