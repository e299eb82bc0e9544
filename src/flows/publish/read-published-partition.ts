import type { PublishedPartition } from "../../core/publish/published-partition.ts";
import type { StorageFailure } from "../../core/base/failure.ts";
import type { JobFacts } from "../../core/jobs/job.ts";
import { successKey } from "../../core/publish/object-key.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type Result, ok } from "../../core/base/result.ts";
import { readManifest } from "./read-manifest.ts";

/** What stands in a job's partition. `null`: nothing that we published. */
export async function readPublishedPartition(
  store: ObjectStore,
  { exportName, partition }: Pick<JobFacts, "exportName" | "partition">,
): Promise<Result<PublishedPartition | null, StorageFailure>> {
  const manifest = await readManifest(store, exportName, partition);
  if (!manifest.ok) return manifest;
  if (manifest.value === null || manifest.value === "unreadable") return ok(null);
  const isComplete = await store.exists(successKey(exportName, partition));
  return isComplete.ok ? ok({ manifest: manifest.value, isComplete: isComplete.value }) : isComplete;
}
