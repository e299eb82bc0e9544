import type { Interval } from "../core/business-date.ts";
import type { StorageFailure } from "../core/failure.ts";
import { type Manifest, manifestSchema } from "../core/manifest.ts";
import { manifestKey, partitionKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import { type Result, err, ok } from "../core/result.ts";

const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

/** The manifest of a partition; `null` where there is none, `unreadable` where something else lies in its place. */
export async function readManifest(
  store: ObjectStore,
  exportName: string,
  interval: Interval,
): Promise<Result<Manifest | "unreadable" | null, StorageFailure>> {
  const key = manifestKey(exportName, interval);
  const body = await store.read(key);
  if (!body.ok) return body;
  if (body.value === null) return ok(null);
  try {
    const text = await readText(body.value);
    const manifest = manifestSchema.safeParse(text === null ? null : parseJson(text));
    return ok(manifest.success ? manifest.data : "unreadable");
  } catch (error) {
    return err({ reason: "storage-error", target: store.uri(key), detail: error instanceof Error ? error.message : String(error) });
  }
}

/** The key of an artifact that a manifest lists: it lies beside the manifest. `null` for a name that is none of ours. */
export function artifactKey(exportName: string, interval: Interval, uri: string): string | null {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  return /^part-\d+\.[a-z.]+$/.test(name) ? `${partitionKey(exportName, interval)}/${name}` : null;
}

/** `null` when it is larger than any manifest. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_MANIFEST_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
