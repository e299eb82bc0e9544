import type { Failure } from "../core/failure.ts";
import { successKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { Folder } from "./folder.ts";
import { readManifest } from "./read-manifest.ts";

/**
 * Whether a folder that was published is so still: somebody who died may have begun to publish it once more, and taken its `_SUCCESS`
 * away. Where another run has published since, that run answers for it.
 */
export async function stillStands(store: ObjectStore, { run, staged }: Folder, isWhole: boolean): Promise<Result<boolean, Failure>> {
  const [first] = staged;
  if (!first) return ok(false);
  const { exportName, partition } = first.job;
  const manifest = await readManifest(store, exportName, partition);
  if (!manifest.ok) return manifest;
  if (manifest.value === null || manifest.value === "unreadable") return ok(false);
  if (manifest.value.run.id !== run.id || !isWhole) return ok(true);
  return await isThere(store, successKey(exportName, partition));
}

async function isThere(store: ObjectStore, key: string): Promise<Result<boolean, Failure>> {
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
