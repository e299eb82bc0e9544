import { HOUR_MS } from "../core/clock.ts";
import { isSafeKey, readArtifactKey } from "../core/object-key.ts";
import type { ObjectStore, UnfinishedUpload } from "../core/object-store.ts";
import { type Result, ok } from "../core/result.ts";
import type { StorageFailure } from "../core/failure.ts";
import { type UploadEvidence, isStray, isYoung } from "../core/stray-upload.ts";
import type { Ports } from "./ports.ts";

type AbortPorts = Pick<Ports, "stores" | "catalog" | "findObjectStore" | "clock" | "emit">;

/** To list uploads costs money, and what strays costs only its storage. */
const EVERY_MS = HOUR_MS;

/**
 * Aborts unfinished uploads of ours that nobody will finish, and no others: what processes left that died. For each destination at most
 * once an hour, by whichever replica comes first.
 */
export async function abortStrayUploads(ports: AbortPorts): Promise<void> {
  const { stores, catalog, findObjectStore, clock, emit } = ports;
  for (const destination of new Set(catalog.exports().map((definition) => definition.destination))) {
    const store = findObjectStore(destination);
    const now = clock.now();
    if (!store || !(await stores.duties.take(`abort-stray-uploads ${destination}`, now, new Date(now.getTime() + EVERY_MS)))) continue;
    const tally = { seen: 0, aborted: 0 };
    const done = await abortIn(ports, { destination, store, tally });
    emit({ event: "uploads.swept", destination, ...tally, failure: done.ok ? null : done.error });
  }
}

interface Sweeping {
  readonly destination: string;
  readonly store: ObjectStore;
  readonly tally: { seen: number; aborted: number };
}

async function abortIn(ports: AbortPorts, { destination, store, tally }: Sweeping): Promise<Result<void, StorageFailure>> {
  for (let page: string | null | undefined; page !== null;) {
    const listed: Awaited<ReturnType<ObjectStore["listUploads"]>> = await store.listUploads(page ?? null);
    if (!listed.ok) return listed;
    for (const upload of listed.value.uploads) {
      tally.seen += 1;
      if (!(await isOurStray(ports, destination, upload))) continue;
      const discarded = await store.discard(upload);
      if (!discarded.ok) return discarded;
      tally.aborted += 1;
    }
    page = listed.value.next;
  }
  return ok(undefined);
}

async function isOurStray(ports: AbortPorts, destination: string, upload: UnfinishedUpload): Promise<boolean> {
  const now = ports.clock.now();
  if (isYoung(upload, now) || !isSafeKey(upload.key)) return false;
  return isStray(upload, { destination, ...(await gatherEvidence(ports, upload)) }, now);
}

/** Jobs first: whatever a job that is not being archived by then has staged is in the tables already. */
async function gatherEvidence({ stores, catalog }: AbortPorts, { key }: UnfinishedUpload): Promise<Omit<UploadEvidence, "destination">> {
  const isConnection = (name: string): boolean => catalog.findConnection(name) !== null;
  const folder = readArtifactKey(key);
  const jobs = folder ? await stores.jobs.listOfFolder(folder.exportName, folder.partition) : [];
  const artifacts = await Promise.all(jobs.map((job) => stores.artifacts.find(job.id)));
  return { jobs, isConnection, stagedIds: new Set(artifacts.flatMap((artifact) => artifact?.result.uploadId ?? [])) };
}
