import type { Interval } from "./business-date.ts";
import type { ExportRequest } from "./export-request.ts";
import type { Failure, Precedence } from "./failure.ts";
import { describeUnits, unitsGivenUp } from "./held-units.ts";
import type { RunId } from "./ids.ts";
import type { Finished, JobFacts } from "./job.ts";
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
  /** The dates of its folder. */
  readonly partition: Interval;
  /** What was asked for of its parts. */
  readonly requests: readonly ExportRequest[];
  /** Whether it misses nothing, or only what may be missing. */
  readonly isWhole: boolean;
  /** When WFM had made the last of its results. */
  readonly completedAt: Date;
  /** Whether some of its parts were published before. */
  readonly hasPublished: boolean;
  /** Why other parts of it have given way already. */
  readonly outdone: readonly Outdone[];
}

type Outdone = Extract<Failure, { readonly reason: "edition-outdone" }>;

/**
 * `null`: the candidate takes the folder. Data that were had whole are never given for less, nor for older ones; and no data, whole or
 * not, for others that do not have every date of every entity that they have: WFM may never give those again. A run gives way as a whole.
 */
export function precedenceOf(standing: Edition | null, candidate: Candidate): Precedence | null {
  if (!standing || standing.manifest.run.id === candidate.runId) return null;
  const before = candidate.outdone.find(({ runId }) => runId === standing.manifest.run.id);
  if (before) return before.because === "wider" ? { because: "wider", has: before.has } : { because: before.because };
  if (standing.isMarked && isOlder(candidate, standing)) return { because: "newer" };
  if (standing.isMarked && !candidate.isWhole) return { because: "whole" };
  const givenUp = unitsGivenUp(standing.manifest.requests, candidate.requests, candidate.partition);
  if (givenUp.length > 0) return { because: "wider", has: describeUnits(givenUp) };
  return candidate.hasPublished ? { because: "written-over" } : null;
}

/** Whether an edition holds data that WFM made later. */
export function isOlder({ completedAt }: Pick<Candidate, "completedAt">, { manifest }: Edition): boolean {
  return completedAt.getTime() < Date.parse(manifest.completedAt);
}

/** Whether an edition has all that was asked for of a job's result, and WFM made it later: then the result is no loss. */
export function isInside(job: Pick<JobFacts & Finished, "completedAt" | "request" | "partition">, standing: Edition): boolean {
  return isOlder(job, standing) && unitsGivenUp([job.request], standing.manifest.requests, job.partition).length === 0;
}
