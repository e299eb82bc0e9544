import { errorMessage } from "../../core/base/error-message.ts";
import type { Interval } from "../../core/base/business-date.ts";
import type { StorageFailure } from "../../core/base/failure.ts";
import { type Manifest, manifestSchema } from "../../core/publish/manifest.ts";
import { manifestKey } from "../../core/publish/object-key.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type Result, err, ok } from "../../core/base/result.ts";

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
    return err({ reason: "storage-error", target: store.uri(key), detail: errorMessage(error) });
  }
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
