import type { Failure } from "../core/failure.ts";
import type { Finished, Job, JobFacts } from "../core/job.ts";
import type { Run } from "../core/run.ts";
import type { Artifact } from "../core/stores.ts";
import type { Ports } from "./ports.ts";

/** What is published at once: the parts that a run has for one business date, or for one interval. */
export interface Folder {
  readonly run: Run;
  /** Parts whose results are staged or stored already, in order. */
  readonly staged: readonly StagedPart[];
  /** Parts that ended without a result. */
  readonly missing: readonly { readonly job: JobFacts; readonly failure: Failure }[];
  /** Whether a part is still on its way. */
  readonly isWaiting: boolean;
  /**
   * Whether another job with this folder, of this run or another one, is in a worker's hands. Who takes a job and then sees no other
   * taken is the only one to publish.
   */
  readonly isShared: boolean;
}

export interface StagedPart {
  readonly job: Job & Finished;
  readonly artifact: Artifact;
}

/** The jobs of `one`'s folder, itself among them, in the order of their parts; those that others have replaced are not. */
export function partsOf(jobs: readonly Job[], one: JobFacts): Job[] {
  const { from, to } = one.partition;
  const isPart = (job: Job) => job.partition.from === from && job.partition.to === to && job.state !== "split";
  return jobs.filter(isPart).sort((a, b) => a.part - b.part);
}

export async function loadFolder({ stores }: Pick<Ports, "stores">, job: JobFacts): Promise<Folder> {
  // First, so that what is read then is no older: who sees nobody else here keeps everybody else out from now on.
  const taken = await stores.jobs.listByState(job.connection, ["archiving"]);
  const found = await stores.runs.find(job.runId);
  if (!found) throw new Error(`job ${job.id} belongs to run ${job.runId}, which does not exist`);
  const artifacts = new Map((await stores.artifacts.listOfRun(job.runId)).map((artifact) => [artifact.jobId, artifact]));
  const staged: StagedPart[] = [];
  const missing: { readonly job: JobFacts; readonly failure: Failure }[] = [];
  let isWaiting = false;
  for (const part of partsOf(found.jobs, job)) {
    const artifact = artifacts.get(part.id);
    if (part.state === "failed" || part.state === "canceled" || part.state === "lost") missing.push({ job: part, failure: part.failure });
    else if (artifact && hasResult(part)) staged.push({ job: part, artifact });
    else isWaiting = true;
  }
  return { run: found.run, staged, missing, isWaiting, isShared: taken.some((other) => other.id !== job.id && isSameFolder(other, job)) };
}

function isSameFolder(one: JobFacts, other: JobFacts): boolean {
  return one.exportName === other.exportName && one.partition.from === other.partition.from && one.partition.to === other.partition.to;
}

function hasResult(job: Job): job is Extract<Job, Finished> {
  return job.state === "ready" || job.state === "archiving" || job.state === "archived";
}
