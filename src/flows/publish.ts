import type { Failure } from "../core/failure.ts";
import type { Archiving, JobFacts } from "../core/job.ts";
import { buildManifest } from "../core/manifest.ts";
import { manifestKey, successKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type Result, ok } from "../core/result.ts";
import type { Artifact } from "../core/stores.ts";
import type { Ports } from "./ports.ts";
import { artifactKey, readManifest } from "./read-manifest.ts";

interface Publication {
  readonly store: ObjectStore;
  readonly job: JobFacts & Archiving;
  readonly artifact: Artifact;
}

const DOCUMENT = { mediaType: "application/json", encoding: "identity" } as const;
const EMPTY = { mediaType: "application/octet-stream", encoding: "identity" } as const;

/**
 * Makes a staged result visible: the artifact, then the manifest, then `_SUCCESS`. What an earlier run left under the same keys
 * loses its `_SUCCESS` first, so that nobody who waits for it reads a mix. Doing it again after a crash is harmless.
 */
export async function publish(
  ports: Pick<Ports, "stores" | "clock" | "emit" | "toolVersion">,
  publication: Publication,
): Promise<Result<void, Failure>> {
  const { store, job, artifact } = publication;
  const found = await ports.stores.runs.find(job.runId);
  if (!found) throw new Error(`job ${job.id} belongs to run ${job.runId}, which does not exist`);
  const manifest = buildManifest(found.run, [{ job, result: artifact.result, uri: artifact.uri }], {
    archivedAt: ports.clock.now(),
    toolVersion: ports.toolVersion,
  });
  const earlier = await listEarlier(store, job);
  if (!earlier.ok) return earlier;
  const stale = earlier.value.filter((key) => key !== artifact.result.key);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const steps: readonly (() => Promise<Result<void, Failure>>)[] = [
    () => store.remove(successKey(job.exportName, job.interval)),
    () => store.commit(artifact.result),
    ...stale.map((key) => () => store.remove(key)),
    () => store.put(manifestKey(job.exportName, job.interval), new TextEncoder().encode(text), DOCUMENT),
    () => store.put(successKey(job.exportName, job.interval), new Uint8Array(), EMPTY),
  ];
  for (const step of steps) {
    const done = await step();
    if (!done.ok) return done;
  }
  await ports.stores.artifacts.markCommitted(job.id, ports.clock.now());
  const { bytes, records } = artifact.result;
  ports.emit({ event: "job.stored", jobId: job.id, export: job.exportName, uri: artifact.uri, bytes, records });
  return ok(undefined);
}

/** The keys of the artifacts that an earlier run published here; what is no manifest of ours counts as none. */
async function listEarlier(store: ObjectStore, { exportName, interval }: JobFacts): Promise<Result<string[], Failure>> {
  const manifest = await readManifest(store, exportName, interval);
  if (!manifest.ok) return manifest;
  if (manifest.value === null || manifest.value === "unreadable") return ok([]);
  return ok(manifest.value.artifacts.flatMap(({ uri }) => artifactKey(exportName, interval, uri) ?? []));
}
