import type { Failure } from "../../core/base/failure.ts";
import type { Artifact } from "../../core/jobs/artifact.ts";
import type { Finished, Job, JobFacts } from "../../core/jobs/job.ts";
import type { Run } from "../../core/jobs/run.ts";
import type { Ports } from "../ports/ports.ts";

/** Everything a run has for one partition. It is published as one unit. */
export interface PartitionContents {
  readonly run: Run;
  /** Chunks whose results are staged or stored, in order. */
  readonly staged: readonly StagedChunk[];
  /** Chunks that ended without a result. */
  readonly missing: readonly { readonly job: JobFacts; readonly failure: Failure }[];
  /** Whether a chunk is still on its way. */
  readonly isWaiting: boolean;
  /** Whether a worker has claimed another job of the partition, of this run or another one. Only a worker that sees no other may publish. */
  readonly isShared: boolean;
}

export interface StagedChunk {
  readonly job: Job & Finished;
  readonly artifact: Artifact;
}

export async function loadPartition({ repositories }: Pick<Ports, "repositories">, job: JobFacts): Promise<PartitionContents> {
  const { run, chunks, isShared } = await repositories.jobs.loadPartition(job);
  const staged: StagedChunk[] = [];
  const missing: { readonly job: JobFacts; readonly failure: Failure }[] = [];
  let isWaiting = false;
  for (const { job: chunk, artifact } of chunks) {
    if (chunk.state === "failed" || chunk.state === "canceled" || chunk.state === "lost") {
      missing.push({ job: chunk, failure: chunk.failure });
    } else if (artifact && hasResult(chunk)) {
      staged.push({ job: chunk, artifact });
    } else {
      isWaiting = true;
    }
  }
  return { run, staged, missing, isWaiting, isShared };
}

function hasResult(job: Job): job is Extract<Job, Finished> {
  return job.state === "ready" || job.state === "archiving" || job.state === "archived";
}
