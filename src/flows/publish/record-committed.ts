import type { StagedChunk } from "./load-partition.ts";
import type { Ports } from "../ports/ports.ts";

/** Records which chunks are published. `false`: one was staged again by the worker that holds the partition now. */
export async function recordCommitted(
  ports: Pick<Ports, "repositories" | "clock" | "emit">,
  chunks: readonly StagedChunk[],
): Promise<boolean> {
  for (const { job, artifact } of chunks.filter(({ artifact: { committedAt } }) => committedAt === null)) {
    const { bytes, records, uploadId } = artifact.result;
    if (!(await ports.repositories.artifacts.markCommitted(job.id, uploadId, ports.clock.now()))) return false;
    const { id, jobId, connection, exportName } = job;
    ports.emit({ event: "job.stored", id, jobId, connection, export: exportName, uri: artifact.uri, bytes, records });
  }
  return true;
}
