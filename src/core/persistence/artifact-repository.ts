import type { JobRowId, RunId } from "../base/ids.ts";
import type { Artifact } from "../jobs/artifact.ts";

export interface ArtifactRepository {
  /** Stores a staged result before it is committed, in place of what the job had staged before. */
  stage(artifact: Artifact): Promise<void>;
  /** Records that an upload was committed; the first time stays. `false`: the job has staged something else meanwhile. */
  markCommitted(jobRowId: JobRowId, uploadId: string, at: Date): Promise<boolean>;
  find(jobRowId: JobRowId): Promise<Artifact | null>;
  listOfRun(runId: RunId): Promise<readonly Artifact[]>;
  /** Deletes a staged result that will not be committed. */
  forget(jobRowId: JobRowId): Promise<void>;
}
