import type { Precedence } from "./failure.ts";
import type { RunId } from "./ids.ts";
import type { Manifest } from "./manifest.ts";

/** What stands in a folder. */
export interface Edition {
  readonly manifest: Manifest;
  /** Whether `_SUCCESS` lies beside the manifest, so that readers take what it lists. */
  readonly isMarked: boolean;
}

/** What a run would put in its place. */
export interface Candidate {
  readonly runId: RunId;
  /** Whether it misses nothing, or only what may be missing. */
  readonly isWhole: boolean;
  /** When WFM had made the last of its results. */
  readonly completedAt: Date;
  /** Whether some of its parts were published before. */
  readonly hasPublished: boolean;
}

/** `null`: the candidate takes the folder. Data that were had whole are never given for less, nor for older ones. */
export function precedenceOf(standing: Edition | null, candidate: Candidate): Precedence | null {
  if (!standing || standing.manifest.run.id === candidate.runId) return null;
  if (standing.isMarked && isOlder(candidate, standing)) return "newer";
  if (standing.isMarked && !candidate.isWhole) return "whole";
  return candidate.hasPublished ? "written-over" : null;
}

/** Whether an edition holds data that WFM made later. */
export function isOlder({ completedAt }: Pick<Candidate, "completedAt">, { manifest }: Edition): boolean {
  return completedAt.getTime() < Date.parse(manifest.completedAt);
}
