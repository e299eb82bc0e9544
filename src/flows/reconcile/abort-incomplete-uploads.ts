import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, ok } from "../../core/base/result.ts";
import type { IncompleteUpload, ObjectStore } from "../../core/ports/object-store.ts";
import { isSafeKey, readArtifactKey } from "../../core/publish/object-key.ts";
import { type UploadEvidence, isAbandoned, isYoung } from "../../core/quarantine/incomplete-upload.ts";
import type { Ports } from "../ports/ports.ts";

type AbortPorts = Pick<Ports, "repositories" | "registry" | "findObjectStore" | "clock" | "emit">;

/** Aborts the incomplete multipart uploads that processes of ours left when they died, and no others. */
export async function abortIncompleteUploads(ports: AbortPorts): Promise<void> {
  const { registry, findObjectStore, emit } = ports;
  for (const destination of new Set(registry.exports().map((definition) => definition.destination))) {
    const store = findObjectStore(destination);
    if (!store) continue;
    const tally = { seen: 0, aborted: 0 };
    const done = await abortIn(ports, { destination, store, tally });
    emit({ event: "uploads.aborted", destination, ...tally, failure: done.ok ? null : done.error });
  }
}

interface Listing {
  readonly destination: string;
  readonly store: ObjectStore;
  readonly tally: { seen: number; aborted: number };
}

async function abortIn(ports: AbortPorts, { destination, store, tally }: Listing): Promise<Result<void, StorageFailure>> {
  for (let page: string | null | undefined; page !== null;) {
    const listed: Awaited<ReturnType<ObjectStore["listUploads"]>> = await store.listUploads(page ?? null);
    if (!listed.ok) return listed;
    for (const upload of listed.value.uploads) {
      tally.seen += 1;
      if (!(await mayAbort(ports, destination, upload))) continue;
      const discarded = await store.discard(upload);
      if (!discarded.ok) return discarded;
      tally.aborted += 1;
    }
    page = listed.value.next;
  }
  return ok(undefined);
}

async function mayAbort(ports: AbortPorts, destination: string, upload: IncompleteUpload): Promise<boolean> {
  const now = ports.clock.now();
  if (isYoung(upload, now) || !isSafeKey(upload.key)) return false;
  return isAbandoned(upload, { destination, ...(await gatherEvidence(ports, upload)) }, now);
}

/** Jobs first: what a job that is no longer archiving by then has staged is in the tables already. */
async function gatherEvidence(
  { repositories, registry }: AbortPorts,
  { key }: IncompleteUpload,
): Promise<Omit<UploadEvidence, "destination">> {
  const isConnection = (name: string): boolean => registry.findConnection(name) !== null;
  const found = readArtifactKey(key);
  const jobs = found ? await repositories.jobs.listOfPartition(found.exportName, found.partition) : [];
  const artifacts = await Promise.all(jobs.map((job) => repositories.artifacts.find(job.id)));
  return { jobs, isConnection, stagedIds: new Set(artifacts.flatMap((artifact) => artifact?.result.uploadId ?? [])) };
}
