import type { Failure, StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { buildManifest } from "../../core/publish/manifest.ts";
import { artifactKey, manifestKey, successKey } from "../../core/publish/object-key.ts";
import type { PublishedPartition } from "../../core/publish/published-partition.ts";
import type { PartitionContents, StagedChunk } from "./load-partition.ts";
import { recordCommitted } from "./record-committed.ts";
import type { Ports } from "../ports/ports.ts";

export type PublishPorts = Pick<Ports, "repositories" | "registry" | "clock" | "emit" | "toolVersion">;

export interface Publication {
  readonly store: ObjectStore;
  readonly contents: PartitionContents;
  /** Whether the lease still holds. Asked before every step that readers can see. */
  readonly isHeld: () => boolean;
}

/** Which chunk could not be committed, and why. */
export interface PublishFailure {
  readonly failure: Failure;
  readonly chunk: StagedChunk | null;
}

interface NextPublication {
  readonly chunks: readonly [StagedChunk, ...StagedChunk[]];
  /** A partition that lacks something without permission gets a manifest that says so, and no `_SUCCESS`. */
  readonly isWhole: boolean;
  readonly replaces: PublishedPartition | null;
}

type Step = Result<void, PublishFailure>;

const JSON_DOCUMENT = { mediaType: "application/json", encoding: "identity" } as const;
const EMPTY = { mediaType: "application/octet-stream", encoding: "identity" } as const;

/**
 * Commits the artifacts, then writes the manifest, then `_SUCCESS`. The `_SUCCESS` of what is replaced is removed first, so that a reader
 * who waits for it never reads a mixture.
 */
export async function makeVisible(ports: PublishPorts, publication: Publication, next: NextPublication): Promise<Step> {
  const { store, contents, isHeld } = publication;
  const { exportName, partition } = next.chunks[0].job;
  const whileHeld = createGuard(isHeld);
  const complete = next.replaces ? await findVanished(store, next.chunks) : ok(undefined);
  if (!complete.ok) return complete;
  const unmarked = await whileHeld(() => store.remove(successKey(exportName, partition)));
  if (!unmarked.ok) return unmarked;
  const committed = await commitAll(publication, next.chunks);
  if (!committed.ok) return committed;
  const cleaned = await removeReplaced(publication, next);
  if (!cleaned.ok) return cleaned;
  const manifest = manifestOf(ports, contents, next.chunks);
  const described = await whileHeld(() => store.put(manifestKey(exportName, partition), manifest, JSON_DOCUMENT));
  if (!described.ok) return described;
  if (next.isWhole) {
    const marked = await whileHeld(() => store.put(successKey(exportName, partition), new Uint8Array(), EMPTY));
    if (!marked.ok) return marked;
  }
  return (await recordCommitted(ports, next.chunks)) ? ok(undefined) : failed({ reason: "interrupted" });
}

/** What replaces a partition must exist itself: object stores delete uploads, and WFM deletes results. */
async function findVanished(store: ObjectStore, chunks: readonly StagedChunk[]): Promise<Step> {
  for (const chunk of chunks.filter(({ artifact }) => artifact.committedAt === null)) {
    const held = await store.holds(chunk.artifact.result);
    if (!held.ok) return failed(held.error);
    if (!held.value) return err({ failure: { reason: "upload-vanished", target: chunk.artifact.uri }, chunk });
  }
  return ok(undefined);
}

async function commitAll({ store, isHeld }: Publication, chunks: readonly StagedChunk[]): Promise<Step> {
  for (const chunk of chunks) {
    if (!isHeld()) return failed({ reason: "interrupted" });
    const committed = await store.commit(chunk.artifact.result);
    if (!committed.ok) return err(explainUncommitted(chunk, committed.error));
  }
  return ok(undefined);
}

/** A chunk that is archived is not fetched again: if its object changed, another run has overwritten it. */
function explainUncommitted(chunk: StagedChunk, failure: StorageFailure): PublishFailure {
  if (chunk.job.state !== "archived" || failure.reason !== "upload-vanished") return { failure, chunk };
  const detail = "another run has overwritten it";
  return { failure: { reason: "stored-object-differs", target: chunk.artifact.uri, detail }, chunk: null };
}

/** Removes the objects of the replaced partition that the new one does not overwrite. */
async function removeReplaced({ store, isHeld }: Publication, { chunks, replaces }: NextPublication): Promise<Step> {
  const { exportName, partition } = chunks[0].job;
  const kept = new Set(chunks.map(({ artifact }) => artifact.result.key));
  const whileHeld = createGuard(isHeld);
  for (const { uri } of replaces?.manifest.artifacts ?? []) {
    const key = artifactKey(exportName, partition, uri);
    if (key === null || kept.has(key)) continue;
    const removed = await whileHeld(() => store.remove(key));
    if (!removed.ok) return removed;
  }
  return ok(undefined);
}

function manifestOf(ports: PublishPorts, { run, missing }: PartitionContents, chunks: NextPublication["chunks"]): Uint8Array {
  const [first, ...others] = chunks;
  const about = { missing, archivedAt: ports.clock.now(), toolVersion: ports.toolVersion };
  const manifest = buildManifest(run, [toManifestChunk(first), ...others.map(toManifestChunk)], about);
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
}

function toManifestChunk({ job, artifact }: StagedChunk) {
  return { job, result: artifact.result, uri: artifact.uri };
}

function createGuard(isHeld: () => boolean): (step: () => Promise<Result<void, Failure>>) => Promise<Step> {
  return async (step) => {
    if (!isHeld()) return failed({ reason: "interrupted" });
    const done = await step();
    return done.ok ? done : failed(done.error);
  };
}

function failed(failure: Failure): Result<never, PublishFailure> {
  return err({ failure, chunk: null });
}
