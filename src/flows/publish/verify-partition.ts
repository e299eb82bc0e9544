import { errorMessage } from "../../core/base/error-message.ts";
import type { Interval } from "../../core/base/business-date.ts";
import { describeFailure } from "../../core/base/describe-failure.ts";
import type { Manifest } from "../../core/publish/manifest.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { artifactKey } from "../../core/publish/object-key.ts";
import { readManifest } from "./read-manifest.ts";

/** Size and lower-case hex SHA-256 of a stream. */
export type DigestStream = (body: AsyncIterable<Uint8Array>) => Promise<{ readonly bytes: number; readonly sha256: string }>;

export interface Verification {
  readonly manifest: Manifest | null;
  /** What does not agree, as sentences; empty when everything does. */
  readonly problems: readonly string[];
}

/** Reads a published partition back, and compares every object with the manifest. */
export async function verifyPartition(
  { store, digest }: { readonly store: ObjectStore; readonly digest: DigestStream },
  exportName: string,
  interval: Interval,
): Promise<Verification> {
  const found = await readManifest(store, exportName, interval);
  if (!found.ok) return { manifest: null, problems: [describeFailure(found.error)] };
  if (found.value === null) return { manifest: null, problems: ["there is no manifest"] };
  if (found.value === "unreadable") return { manifest: null, problems: ["the manifest cannot be read"] };
  const problems: string[] = [];
  for (const artifact of found.value.artifacts) {
    const key = artifactKey(exportName, interval, artifact.uri);
    const problem = key ? await compare(store, digest, { key, ...artifact }) : `${artifact.uri} is no name of an artifact`;
    if (problem) problems.push(problem);
  }
  return { manifest: found.value, problems };
}

interface Expected {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

async function compare(store: ObjectStore, digest: DigestStream, expected: Expected): Promise<string | null> {
  const uri = store.uri(expected.key);
  const body = await store.read(expected.key);
  if (!body.ok) return describeFailure(body.error);
  if (body.value === null) return `${uri} is missing`;
  try {
    const { bytes, sha256 } = await digest(body.value);
    if (bytes !== expected.bytes) return `${uri} has ${bytes} bytes, the manifest says ${expected.bytes}`;
    return sha256 === expected.sha256 ? null : `${uri} has SHA-256 ${sha256}, the manifest says ${expected.sha256}`;
  } catch (error) {
    return `${uri} could not be read to its end (${errorMessage(error)})`;
  }
}
