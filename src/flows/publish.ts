import type { Failure, StorageFailure } from "../core/failure.ts";
import type { JobFacts } from "../core/job.ts";
import { buildManifest } from "../core/manifest.ts";
import { manifestKey, successKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { Folder, StagedPart } from "./folder.ts";
import type { Ports } from "./ports.ts";
import { artifactKey, readManifest } from "./read-manifest.ts";
import { stillStands } from "./still-stands.ts";

const DOCUMENT = { mediaType: "application/json", encoding: "identity" } as const;
const EMPTY = { mediaType: "application/octet-stream", encoding: "identity" } as const;

/** Which of a folder's parts could not be committed, and why. */
export interface PublishFailure {
  readonly failure: Failure;
  readonly part: StagedPart | null;
}

type Publishing = Result<void, PublishFailure>;

export interface Publication {
  readonly store: ObjectStore;
  readonly folder: Folder;
  /** Whether the folder is still ours alone. Asked before every step that readers can see. */
  readonly isHeld: () => boolean;
}

/**
 * Makes a folder visible: the artifacts, then the manifest, then `_SUCCESS`. What an earlier run left under the same keys loses its
 * `_SUCCESS` first, so that nobody who waits for it reads a mix. Doing it again after a crash is harmless.
 * A folder that misses what nobody agreed to miss gets a manifest that says so, and no `_SUCCESS`.
 */
export async function publish(
  ports: Pick<Ports, "stores" | "catalog" | "clock" | "emit" | "toolVersion">,
  { store, folder, isHeld }: Publication,
): Promise<Publishing> {
  const [first, ...others] = folder.staged;
  if (!first) throw new Error(`run ${folder.run.id} has nothing to publish`);
  const { exportName, partition } = first.job;
  const { missing } = folder;
  const isWhole = missing.every(({ failure }) => isAgreedTo(ports, exportName, failure));
  if (folder.staged.every(({ artifact }) => artifact.committedAt !== null)) {
    const standing = await stillStands(store, folder, isWhole);
    if (!standing.ok) return broken(standing.error);
    if (standing.value) return ok(undefined);
  }
  const earlier = await listEarlier(store, first.job);
  if (!earlier.ok) return broken(earlier.error);
  const keys = new Set(folder.staged.map(({ artifact }) => artifact.result.key));
  const gone = await whileHeld(isHeld, () => store.remove(successKey(exportName, partition)));
  if (!gone.ok) return gone;
  for (const part of folder.staged) {
    if (!isHeld()) return broken({ reason: "interrupted" });
    const committed = await store.commit(part.artifact.result);
    if (!committed.ok) return err(explainUncommitted(part, committed.error));
  }
  for (const key of earlier.value.filter((one) => !keys.has(one))) {
    const removed = await whileHeld(isHeld, () => store.remove(key));
    if (!removed.ok) return removed;
  }
  const manifest = buildManifest(folder.run, [toPart(first), ...others.map(toPart)], {
    missing,
    archivedAt: ports.clock.now(),
    toolVersion: ports.toolVersion,
  });
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  const stated = await whileHeld(isHeld, () => store.put(manifestKey(exportName, partition), text, DOCUMENT));
  if (!stated.ok) return stated;
  if (isWhole) {
    const marked = await whileHeld(isHeld, () => store.put(successKey(exportName, partition), new Uint8Array(), EMPTY));
    if (!marked.ok) return marked;
  }
  await record(ports, folder.staged);
  return ok(undefined);
}

function toPart({ job, artifact }: StagedPart) {
  return { job, result: artifact.result, uri: artifact.uri };
}

function broken(failure: Failure): Publishing {
  return err({ failure, part: null });
}

/** A part that was archived is not fetched again: when its object is another one now, another run has written over it. */
function explainUncommitted(part: StagedPart, failure: StorageFailure): PublishFailure {
  if (part.job.state !== "archived" || failure.reason !== "upload-vanished") return { failure, part };
  return { failure: { reason: "stored-object-differs", target: part.artifact.uri, detail: "another run has written over it" }, part: null };
}

async function whileHeld(isHeld: () => boolean, step: () => Promise<Result<void, Failure>>): Promise<Publishing> {
  if (!isHeld()) return broken({ reason: "interrupted" });
  const done = await step();
  return done.ok ? done : broken(done.error);
}

/** `onForbidden: skip` is the word of whoever wrote the configuration that the rest will do. */
function isAgreedTo({ catalog }: Pick<Ports, "catalog">, exportName: string, failure: Failure): boolean {
  return failure.reason === "entities-forbidden" && catalog.findExport(exportName)?.onForbidden === "skip";
}

async function record(ports: Pick<Ports, "stores" | "clock" | "emit">, staged: readonly StagedPart[]): Promise<void> {
  for (const { job, artifact } of staged) {
    if (artifact.committedAt !== null) continue;
    await ports.stores.artifacts.markCommitted(job.id, ports.clock.now());
    const { bytes, records } = artifact.result;
    ports.emit({ event: "job.stored", jobId: job.id, export: job.exportName, uri: artifact.uri, bytes, records });
  }
}

/** The keys of the artifacts that an earlier run published here; what is no manifest of ours counts as none. */
async function listEarlier(store: ObjectStore, { exportName, partition }: JobFacts): Promise<Result<string[], Failure>> {
  const manifest = await readManifest(store, exportName, partition);
  if (!manifest.ok) return manifest;
  if (manifest.value === null || manifest.value === "unreadable") return ok([]);
  return ok(manifest.value.artifacts.flatMap(({ uri }) => artifactKey(exportName, partition, uri) ?? []));
}
