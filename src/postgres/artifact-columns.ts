import type { JobRowId } from "../core/base/ids.ts";
import type { Artifact } from "../core/jobs/artifact.ts";
import { Prisma } from "./generated/client.ts";
import { readStaged } from "./json-columns.ts";

/** A select list for the table `artifacts` under the alias `a`, next to the columns of the job. */
export const ARTIFACT_COLUMNS = Prisma.sql`a.job AS "artifactJob", a.uri AS "artifactUri", a.staged AS "artifactStaged", a.committed_at AS "artifactCommittedAt"`;

export interface ArtifactColumns {
  /** `null`: the job has no artifact. */
  readonly artifactJob: string | null;
  readonly artifactUri: string | null;
  readonly artifactStaged: unknown;
  readonly artifactCommittedAt: Date | null;
}

export function readArtifact(row: ArtifactColumns): Artifact | null {
  const { artifactJob, artifactUri, artifactStaged, artifactCommittedAt } = row;
  if (artifactJob === null) return null;
  const result = readStaged({ table: "artifacts", id: artifactJob }, artifactStaged);
  return { jobRowId: artifactJob as JobRowId, uri: artifactUri ?? "", result, committedAt: artifactCommittedAt };
}
