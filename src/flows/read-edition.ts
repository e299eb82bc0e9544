import type { Edition } from "../core/edition.ts";
import type { StorageFailure } from "../core/failure.ts";
import type { JobFacts } from "../core/job.ts";
import { successKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type Result, err, ok } from "../core/result.ts";
import { readManifest } from "./read-manifest.ts";

/** What stands in a job's folder. `null`: nothing that we published. */
export async function readEdition(
  store: ObjectStore,
  { exportName, partition }: Pick<JobFacts, "exportName" | "partition">,
): Promise<Result<Edition | null, StorageFailure>> {
  const manifest = await readManifest(store, exportName, partition);
  if (!manifest.ok) return manifest;
  if (manifest.value === null || manifest.value === "unreadable") return ok(null);
  const isMarked = await isThere(store, successKey(exportName, partition));
  return isMarked.ok ? ok({ manifest: manifest.value, isMarked: isMarked.value }) : isMarked;
}

async function isThere(store: ObjectStore, key: string): Promise<Result<boolean, StorageFailure>> {
  const body = await store.read(key);
  if (!body.ok || body.value === null) return body.ok ? ok(false) : body;
  try {
    // A body that nobody reads keeps its connection.
    for await (const chunk of body.value) if (chunk.byteLength > 0) break;
    return ok(true);
  } catch (error) {
    return err({ reason: "storage-error", target: store.uri(key), detail: error instanceof Error ? error.message : String(error) });
  }
}
