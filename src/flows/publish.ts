import { type Candidate, type Edition, precedenceOf } from "../core/edition.ts";
import type { Failure, Precedence, StorageFailure } from "../core/failure.ts";
import { buildManifest } from "../core/manifest.ts";
import { manifestKey, successKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { Folder, StagedPart } from "./folder.ts";
import type { Ports } from "./ports.ts";
import { readEdition } from "./read-edition.ts";
import { artifactKey } from "./read-manifest.ts";

const DOCUMENT = { mediaType: "application/json", encoding: "identity" } as const;
const EMPTY = { mediaType: "application/octet-stream", encoding: "identity" } as const;

/** Which of a folder's parts could not be committed, and why. */
export interface PublishFailure {
  readonly failure: Failure;
  readonly part: StagedPart | null;
}

type Step = Result<void, PublishFailure>;

export interface Publication {
  readonly store: ObjectStore;
  readonly folder: Folder;
  /** Whether the folder is still ours alone. Asked before every step that readers can see. */
  readonly isHeld: () => boolean;
}

/** `outdone`: nothing was touched, because what stands in the folder takes precedence. */
export type PublishOutcome =
  { readonly outcome: "published" } | { readonly outcome: "outdone"; readonly precedence: Precedence; readonly standing: Edition };

const PUBLISHED = ok({ outcome: "published" } as const);

/**
 * Makes a folder visible, unless a better edition stands there. Doing it again after a crash is harmless: somebody who died may have
 * begun to publish it once more, and taken its `_SUCCESS` away; where another run has published since, that run answers for it.
 */
export async function publish(
  ports: Pick<Ports, "stores" | "catalog" | "clock" | "emit" | "toolVersion">,
  { store, folder, isHeld }: Publication,
): Promise<Result<PublishOutcome, PublishFailure>> {
  const [first, ...others] = folder.staged;
  if (!first) throw new Error(`run ${folder.run.id} has nothing to publish`);
  const { exportName } = first.job;
  const isWhole = folder.missing.every(({ failure }) => isAgreedTo(ports, exportName, failure));
  const read = await readEdition(store, first.job);
  if (!read.ok) return broken(read.error);
  const standing = read.value;
  const isOurs = standing?.manifest.run.id === folder.run.id;
  const isCommitted = folder.staged.every(({ artifact }) => artifact.committedAt !== null);
  if (standing && isCommitted && (!isOurs || !isWhole || standing.isMarked)) return PUBLISHED;
  const precedence = precedenceOf(standing, candidateOf(folder, first, isWhole));
  if (standing && precedence) return ok({ outcome: "outdone", precedence, standing });
  const made = await makeVisible(ports, { store, folder, isHeld }, { parts: [first, ...others], isWhole, standing });
  return made.ok ? PUBLISHED : made;
}

function candidateOf({ run, staged, missing }: Folder, { job: { partition } }: StagedPart, isWhole: boolean): Candidate {
  const completedAt = new Date(Math.max(...staged.map(({ job }) => job.completedAt.getTime())));
  const requests = staged.map(({ job }) => job.request);
  const hasPublished = staged.some(({ artifact }) => artifact.committedAt !== null);
  const outdone = missing.flatMap(({ failure }) => (failure.reason === "edition-outdone" ? [failure] : []));
  return { runId: run.id, partition, requests, isWhole, completedAt, hasPublished, outdone };
}

interface NextEdition {
  readonly parts: readonly [StagedPart, ...StagedPart[]];
  readonly isWhole: boolean;
  /** What it takes the place of. */
  readonly standing: Edition | null;
}

/**
 * The artifacts, then the manifest, then `_SUCCESS`. What an earlier run left under the same keys loses its `_SUCCESS` first, so that
 * nobody who waits for it reads a mix. A folder that misses what nobody agreed to miss gets a manifest that says so, and no `_SUCCESS`.
 */
async function makeVisible(
  ports: Pick<Ports, "stores" | "clock" | "emit" | "toolVersion">,
  { store, folder, isHeld }: Publication,
  { parts, isWhole, standing }: NextEdition,
): Promise<Step> {
  const [first, ...others] = parts;
  const { exportName, partition } = first.job;
  const complete = standing ? await findLost(store, parts) : ok(undefined);
  if (!complete.ok) return complete;
  const gone = await whileHeld(isHeld, () => store.remove(successKey(exportName, partition)));
  if (!gone.ok) return gone;
  for (const part of parts) {
    if (!isHeld()) return broken({ reason: "interrupted" });
    const committed = await store.commit(part.artifact.result);
    if (!committed.ok) return err(explainUncommitted(part, committed.error));
  }
  const keys = new Set(parts.map(({ artifact }) => artifact.result.key));
  for (const { uri } of standing?.manifest.artifacts ?? []) {
    const key = artifactKey(exportName, partition, uri);
    if (key === null || keys.has(key)) continue;
    const removed = await whileHeld(isHeld, () => store.remove(key));
    if (!removed.ok) return removed;
  }
  const edition = { missing: folder.missing, archivedAt: ports.clock.now(), toolVersion: ports.toolVersion };
  const manifest = buildManifest(folder.run, [toPart(first), ...others.map(toPart)], edition);
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  const stated = await whileHeld(isHeld, () => store.put(manifestKey(exportName, partition), text, DOCUMENT));
  if (!stated.ok) return stated;
  if (isWhole) {
    const marked = await whileHeld(isHeld, () => store.put(successKey(exportName, partition), new Uint8Array(), EMPTY));
    if (!marked.ok) return marked;
  }
  return (await record(ports, parts)) ? ok(undefined) : broken({ reason: "interrupted" });
}

/** What takes the place of an edition must be there itself: stores take uploads away, and WFM its results. */
async function findLost(store: ObjectStore, parts: readonly StagedPart[]): Promise<Step> {
  for (const part of parts.filter(({ artifact }) => artifact.committedAt === null)) {
    const held = await store.holds(part.artifact.result);
    if (!held.ok) return broken(held.error);
    if (!held.value) return err({ failure: { reason: "upload-vanished", target: part.artifact.uri }, part });
  }
  return ok(undefined);
}

function toPart({ job, artifact }: StagedPart) {
  return { job, result: artifact.result, uri: artifact.uri };
}

function broken(failure: Failure): Result<never, PublishFailure> {
  return err({ failure, part: null });
}

/** A part that was archived is not fetched again: when its object is another one now, another run has written over it. */
function explainUncommitted(part: StagedPart, failure: StorageFailure): PublishFailure {
  if (part.job.state !== "archived" || failure.reason !== "upload-vanished") return { failure, part };
  return { failure: { reason: "stored-object-differs", target: part.artifact.uri, detail: "another run has written over it" }, part: null };
}

async function whileHeld(isHeld: () => boolean, step: () => Promise<Result<void, Failure>>): Promise<Step> {
  if (!isHeld()) return broken({ reason: "interrupted" });
  const done = await step();
  return done.ok ? done : broken(done.error);
}

/** `onForbidden: skip` is the word of whoever wrote the configuration that the rest will do. */
function isAgreedTo({ catalog }: Pick<Ports, "catalog">, exportName: string, failure: Failure): boolean {
  return failure.reason === "entities-forbidden" && catalog.findExport(exportName)?.onForbidden === "skip";
}

/** `false`: a part was staged anew by whoever has the folder now. */
async function record(ports: Pick<Ports, "stores" | "clock" | "emit">, staged: readonly StagedPart[]): Promise<boolean> {
  for (const { job, artifact } of staged.filter(({ artifact: { committedAt } }) => committedAt === null)) {
    const { bytes, records, uploadId } = artifact.result;
    if (!(await ports.stores.artifacts.markCommitted(job.id, uploadId, ports.clock.now()))) return false;
    ports.emit({ event: "job.stored", jobId: job.id, export: job.exportName, uri: artifact.uri, bytes, records });
  }
  return true;
}
